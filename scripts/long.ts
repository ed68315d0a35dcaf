import { endWith, runSuite } from './tests/suite.ts'

endWith(await runSuite({ config: 'vitest.long.config.ts', args: process.argv.slice(2), inBrowsers: true }))
