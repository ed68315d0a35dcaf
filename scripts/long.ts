import { findNatsServer } from '@kez-chat/embedded'
import { ensureBrowser, ensureFirefox } from '@kez-chat/testkit'
import { runVitest } from './tests/vitest.ts'

const timeoutMs = 3_600_000
const onStep = (step: string): void => console.log(step)

process.env.NATS_SERVER_BIN = (await findNatsServer({ onStep })).path
process.env.KEZ_TEST_BROWSER = await ensureBrowser(onStep)
process.env.KEZ_TEST_FIREFOX = await ensureFirefox(onStep)
const { passed, failed } = await runVitest(['--config', 'vitest.long.config.ts', ...process.argv.slice(2)], timeoutMs)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
