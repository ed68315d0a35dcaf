import type { Call, Command, Report } from '../../command.ts'
import { usageError } from '../../errors.ts'
import { dataFolderOption } from '../../operators/data-folder.ts'
import type { RotateStep } from '../../operators/keys/rotate.ts'
import { provideServerKeys } from '../../operators/server-keys.ts'

const mostInboxStreams = 64
const steps = ['status', 'prepare', 'switch', 'finish', 'all'] as const satisfies readonly RotateStep[]

const generate = async ({ option, has }: Call): Promise<Report> => {
  const to = option('to')
  if (to === undefined) throw usageError('--to is missing: the folder that gets the keys')
  const inboxStreams = option('inbox-streams') ?? '1'
  if (!/^[1-9]\d?$/.test(inboxStreams) || Number(inboxStreams) > mostInboxStreams)
    throw usageError(`--inbox-streams is a whole number from 1 to ${mostInboxStreams}`)
  const database = option('database')
  if (database !== undefined && !/^[a-z0-9.-]{1,253}:\d{1,5}\/[a-z0-9_-]{1,63}$/i.test(database))
    throw usageError('--database is host:port/name, like postgres:5432/kez_chat')
  const written = await provideServerKeys({
    to,
    inboxStreams: Number(inboxStreams),
    database,
    kubernetes: has('kubernetes'),
  })
  return {
    data: { written },
    text: (paint) =>
      written.length === 0
        ? 'Every key is there; nothing was changed.\n'
        : `${written.map((file) => `made ${file}\n`).join('')}${paint.careful(`Keep ${to} secret, and back it up.`)}\n`,
  }
}

export const adminKeys: Command = {
  name: 'admin keys',
  about: 'for operators: make and change the keys and passwords of a server',
  args: [
    {
      name: 'what',
      about: 'generate: make what is missing; rotate: change keys in three steps, without locking a service out',
      choices: ['generate', 'rotate'],
    },
    {
      name: 'step',
      about: 'of rotate: status, prepare, switch, finish; or all, for a server that is stopped',
      optional: true,
      choices: steps,
    },
  ],
  options: {
    to: { value: 'folder', about: 'the folder with a folder for each part of the server; what is there is kept' },
    'inbox-streams': {
      value: 'number',
      about: 'streams that inboxes are spread over, as the server is set; 1 when left out',
    },
    database: { value: 'host:port/name', about: 'also make a password of Postgres and the addresses with it' },
    kubernetes: {
      about:
        'generate also the keys of push and relay bridge, and what the Helm chart of NATS includes, which no pod may write',
    },
    only: { value: 'names', about: 'rotate these alone, comma-separated' },
    'nats-url': { value: 'url', about: 'NATS servers that rotate asks; NATS_URL, or that of npm start when left out' },
    unchecked: { about: 'rotate without asking NATS whether the step is safe' },
    ...dataFolderOption,
  },
  examples: [
    'kez admin keys generate --to keys --database postgres:5432/kez_chat',
    'kez admin keys rotate prepare --to keys',
    'kez admin keys rotate all --data-dir .kez',
  ],
  run: async (call) => {
    const [what, named] = call.args
    if (what === 'generate') {
      if (named !== undefined) throw usageError('generate takes no step')
      return generate(call)
    }
    const step = steps.find((one) => one === named)
    if (step === undefined) throw usageError(`say which step: ${steps.join(', ')}`)
    const { rotateKeys } = await import('../../operators/keys/rotate.ts')
    return rotateKeys(call, step)
  },
}
