// Freezes an object with all that hangs on it: tests and labs do, so that code which changes shared objects fails at
// the line that does it. A live cluster does not (it costs too much).

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
