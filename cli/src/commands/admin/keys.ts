import type { Command } from '../../command.ts'
import { usageError } from '../../errors.ts'
import { provideServerKeys } from '../../operators/server-keys.ts'

const mostInboxStreams = 64

export const adminKeys: Command = {
  name: 'admin keys',
  about: 'for operators: the keys and passwords of a server',
  args: [{ name: 'what', about: 'generate: only what is missing is made', choices: ['generate'] }],
  options: {
    to: { value: 'folder', about: 'gets a folder for each part of the server; what is there is kept' },
    'inbox-streams': {
      value: 'number',
      about: 'streams that inboxes are spread over, as the server is set; 1 when left out',
    },
    database: { value: 'host:port/name', about: 'also make a password of Postgres and the addresses with it' },
  },
  examples: ['kez admin keys generate --to keys --database postgres:5432/kez_chat'],
  run: async ({ option }) => {
    const to = option('to')
    if (to === undefined) throw usageError('--to is missing: the folder that gets the keys')
    const inboxStreams = option('inbox-streams') ?? '1'
    if (!/^[1-9]\d?$/.test(inboxStreams) || Number(inboxStreams) > mostInboxStreams)
      throw usageError(`--inbox-streams is a whole number from 1 to ${mostInboxStreams}`)
    const database = option('database')
    if (database !== undefined && !/^[a-z0-9.-]{1,253}:\d{1,5}\/[a-z0-9_-]{1,63}$/i.test(database))
      throw usageError('--database is host:port/name, like postgres:5432/kez_chat')
    const written = await provideServerKeys({ to, inboxStreams: Number(inboxStreams), database })
    return {
      data: { written },
      text: (paint) =>
        written.length === 0
          ? 'Every key is there; nothing was changed.\n'
          : `${written.map((file) => `made ${file}\n`).join('')}${paint.careful(`Keep ${to} secret, and back it up.`)}\n`,
    }
  },
}
