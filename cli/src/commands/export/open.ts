import type { ExportRecord } from '@kez-chat/export-file'
import type { Command } from '../../command.ts'
import { EXIT } from '../../errors.ts'
import { describeProblem, openExportFile } from '../../exports/open.ts'
import { passphraseOptions } from '../../exports/passphrase.ts'

const secrets = ['phrase', 'seed', 'storage_key']

/** The keys of the identity go into a pipe only when they are asked for. */
const withoutKeys = (record: ExportRecord): object => {
  if (record.kind !== 'identity') return record
  const withheld = secrets.filter((name) => name in record)
  return { ...Object.fromEntries(Object.entries(record).filter(([name]) => !secrets.includes(name))), withheld }
}

export const exportOpen: Command = {
  name: 'export open',
  about: 'everything in an export of the app, one line of JSON for each record',
  args: [{ name: 'path', about: 'the file' }],
  options: {
    ...passphraseOptions,
    kind: { value: 'kind', about: 'only records of this kind, e.g. message' },
    'with-keys': { about: 'also the seed and the recovery phrase: who has them is you' },
  },
  examples: [
    'kez export open kez-alice.kez > alice.jsonl',
    'kez export open kez-alice.kez --kind message --passphrase-file passphrase',
  ],
  run: async (call) => {
    const kind = call.option('kind')
    const { items } = await openExportFile(call.args[0] ?? '', call)
    let whole = false
    for await (const item of items()) {
      if (item.type === 'end') whole = item.whole
      else if (item.type === 'problem') call.session.warn(describeProblem(item.problem))
      else if (kind === undefined || item.record.kind === kind) {
        const record = call.has('with-keys') ? item.record : withoutKeys(item.record)
        await call.session.write(`${JSON.stringify(record)}\n`)
      }
    }
    return { data: undefined, text: () => '', ...(whole ? {} : { exitCode: EXIT.refused }) }
  },
}
