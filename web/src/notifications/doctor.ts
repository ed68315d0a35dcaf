import { type PushTest, type PushTestStep, pushTestSteps } from '@kez-chat/contracts'

/** What the doctor looks at, in order. The first three are in the browser, the rest the server looks at. */
export const checkNames = ['permission', 'worker', 'subscription', ...pushTestSteps] as const
export type CheckName = (typeof checkNames)[number]

export type Check = {
  readonly name: CheckName
  readonly outcome: PushTestStep['outcome'] | 'looking'
  readonly reason?: PushTestStep['reason']
  /** What the push service answered. */
  readonly status?: number
}

/** How the doctor looks. */
export type Look = {
  readonly permission: () => NotificationPermission
  /** Whether the worker runs. */
  readonly worker: () => Promise<boolean>
  /** The endpoint that the browser has. */
  readonly endpoint: () => Promise<string | undefined>
  /** Has the server send a real push. */
  readonly test: (endpoint: string) => Promise<PushTest>
}

const check = (name: CheckName, passed: boolean): Check => ({ name, outcome: passed ? 'passed' : 'failed' })

const ofServer = ({ step, outcome, reason, status }: PushTestStep): Check => ({
  ...{ name: step, outcome },
  ...(reason === undefined ? {} : { reason }),
  ...(status === undefined ? {} : { status }),
})

/** All of them: those that were looked at, and what has become of the rest. */
export const whole = (seen: readonly Check[], rest: 'looking' | 'skipped'): Check[] => [
  ...seen,
  ...checkNames.slice(seen.length).map((name) => ({ name, outcome: rest })),
]

/**
 * Looks at each step until one fails, and shows how far it is. Throws what `test` throws; what was seen until then has
 * been shown.
 */
export const runDoctor = async (look: Look, show: (checks: readonly Check[]) => void): Promise<void> => {
  const seen: Check[] = []
  const note = (next: Check): boolean => {
    seen.push(next)
    const failed = next.outcome !== 'passed'
    show(whole(seen, failed ? 'skipped' : 'looking'))
    return !failed
  }
  show(whole(seen, 'looking'))
  if (!note(check('permission', look.permission() === 'granted'))) return
  if (!note(check('worker', await look.worker()))) return
  const endpoint = await look.endpoint()
  if (!note(check('subscription', endpoint !== undefined)) || endpoint === undefined) return
  try {
    const { steps } = await look.test(endpoint)
    show([...seen, ...steps.map(ofServer)])
  } catch (error) {
    show(whole(seen, 'skipped'))
    throw error
  }
}
