import { runCommand } from '../process/run-command.ts'

/** The oldest nats-server that is safe to use: before it the auth callout could be passed by. */
export const oldestNatsServer = '2.14.4'

/** The version a nats-server binary says it has, as `2.15.1`; undefined when it does not run or is something else. */
export const natsServerVersion = async (binary: string): Promise<string | undefined> => {
  const { ok, stdout } = await runCommand(binary, ['--version'], { timeoutMs: 10_000 })
  return ok ? parseNatsVersion(stdout) : undefined
}

/** Reads `nats-server: v2.15.1` (also with a suffix such as `-beta.1`, which is dropped). */
export const parseNatsVersion = (output: string): string | undefined =>
  /^nats-server:? v?(\d{1,4}\.\d{1,4}\.\d{1,4})/.exec(output.trim())?.[1]

/** Whether version `a` is `b` or newer; both `major.minor.patch`. */
export const isAtLeast = (a: string, b: string): boolean => {
  const left = a.split('.').map(Number)
  const right = b.split('.').map(Number)
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}
