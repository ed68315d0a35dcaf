import { endWith, runSuite } from './tests/suite.ts'

endWith(await runSuite({ config: 'vitest.chaos.config.ts', args: process.argv.slice(2) }))
