import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { connect } from '@nats-io/transport-node'
import { startBot } from './bot.ts'
import { seenIn } from './seen-file.ts'

const usage = `An echo bot: answers each text with the same text.

  node examples/native-client/src/echo-bot.ts --phrase-file bot.phrase

  --phrase-file FILE  its recovery phrase, 12 or 24 words; keep the file to yourself
  --home URL          the home server (default http://localhost:6969)
  --nats URL          its NATS (default nats://127.0.0.1:4222); tls://… where it has a certificate
  --seen-file FILE    where it remembers what it has answered (default echo-bot.seen)
`

const { values } = parseArgs({
  options: {
    'phrase-file': { type: 'string' },
    home: { type: 'string', default: 'http://localhost:6969' },
    nats: { type: 'string', default: 'nats://127.0.0.1:4222' },
    'seen-file': { type: 'string', default: 'echo-bot.seen' },
    help: { type: 'boolean', default: false },
  },
})
const phraseFile = values['phrase-file']
if (values.help || phraseFile === undefined) {
  console.log(usage)
  process.exit(values.help ? 0 : 2)
}

try {
  const bot = await startBot({
    phrase: readFileSync(phraseFile, 'utf8').trim(),
    home: values.home,
    nats: { connect, servers: values.nats },
    seen: seenIn(values['seen-file']),
    answer: (text) => text,
    say: (line) => console.error(line),
  })
  console.log(`${bot.handle} answers. Ctrl-C stops it.`)
  const stop = async (): Promise<void> => {
    await bot.stop()
    process.exit(0)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
