// Times of a leader election, in milliseconds, and what must hold among them. Names and usual values are client-go's.

export interface LeaderElectionTimes {
  /** Who stands by waits so long after the last renewal that it saw, then takes the lease. Whole seconds: the Lease counts those. */
  readonly leaseDuration: number;
  /** Who leads stops when it could not renew for so long. The difference to `leaseDuration` is what keeps two from leading. */
  readonly renewDeadline: number;
  /** Between two tries; who stands by adds up to 1.2 times as much, by chance. */
  readonly retryPeriod: number;
}

export const usualTimes: LeaderElectionTimes = { leaseDuration: 15_000, renewDeadline: 10_000, retryPeriod: 2_000 };

export const jitterFactor = 1.2;

/** What is wrong with them, a line each; the rules are those of client-go's `NewLeaderElector`. */
export function problemsOfTimes({ leaseDuration, renewDeadline, retryPeriod }: LeaderElectionTimes): string[] {
  const seconds = (ms: number) => `${ms / 1000} s`;
  const problems: string[] = [];
  if (leaseDuration < 1000 || leaseDuration % 1000 !== 0)
    problems.push(`leaseDuration must be whole seconds, at least 1; found ${seconds(leaseDuration)}`);
  if (!(leaseDuration > renewDeadline))
    problems.push(
      `leaseDuration must be greater than renewDeadline; found ${seconds(leaseDuration)} and ${seconds(renewDeadline)}`,
    );
  if (!(renewDeadline > retryPeriod * jitterFactor))
    problems.push(
      `renewDeadline must be greater than retryPeriod x ${jitterFactor}; found ${seconds(renewDeadline)} and ${seconds(retryPeriod)}`,
    );
  if (!(retryPeriod > 0)) problems.push(`retryPeriod must be greater than zero; found ${seconds(retryPeriod)}`);
  return problems;
}

/**
 * The longest that nobody leads after a leader has died, while the API answers at once: its last renewal is seen up to one
 * try late, and that it has run out, another one.
 */
export const longestGap = ({ leaseDuration, retryPeriod }: LeaderElectionTimes): number =>
  leaseDuration + 2 * retryPeriod * (1 + jitterFactor);
