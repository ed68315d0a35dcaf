import { allChecks } from './all-checks.ts'

/** What the page leaves in `document.body.dataset.outcome` when it is through. */
export interface PageOutcome {
  readonly passed: string[]
  readonly failed: string[]
}

const passed: string[] = []
const failed: string[] = []
for (const { name, run } of allChecks) {
  try {
    await run()
    passed.push(name)
  } catch (error) {
    failed.push(`${name}: ${String(error)}`)
  }
}
const outcome: PageOutcome = { passed, failed }
document.body.dataset.outcome = JSON.stringify(outcome)
