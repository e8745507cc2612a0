// ConfigurationError: a cluster that cannot be built as it was asked for. Thrown before anything starts.

/** The message names what is wrong, what was wanted and what to do; `problems` has each one alone. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[] | string) {
    const list = typeof problems === 'string' ? [problems] : problems;
    super(list.join('\n'));
    this.problems = list;
  }
}
