import { findNatsServer } from '@kez-chat/embedded'
import { runVitest } from './tests/vitest.ts'

const timeoutMs = 3_600_000

process.env.NATS_SERVER_BIN = (await findNatsServer({ onStep: (step) => console.log(step) })).path
const { passed, failed } = await runVitest(['--config', 'vitest.chaos.config.ts', ...process.argv.slice(2)], timeoutMs)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
