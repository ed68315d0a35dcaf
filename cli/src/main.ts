import { createCommands } from './commands/index.ts'
import { wantsColour } from './output/paint.ts'
import { run } from './run.ts'
import { readAll, readHiddenLine } from './terminal.ts'

const { env, stdin, stdout, stderr } = process
const err = (text: string): void => void stderr.write(text)

// A reader that has seen enough (`kez … | head`) is no fault.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 4))

process.exitCode = await run(
  process.argv.slice(2),
  createCommands(),
  {
    env,
    readStdin: () => readAll(stdin),
    readSecret: () => (stdin.isTTY ? readHiddenLine(stdin, err) : readAll(stdin)),
    write: (text) => new Promise((resolve) => stdout.write(text, () => resolve())),
    warn: (text) => err(`kez: warning: ${text}\n`),
    note: (text) => err(`${text}\n`),
    now: Date.now,
  },
  {
    out: (text) => void stdout.write(text),
    err,
    colour: { out: wantsColour(stdout.isTTY, env), err: wantsColour(stderr.isTTY, env) },
  },
)
