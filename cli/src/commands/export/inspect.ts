import type { ExportRecord, Problem, Tally } from '@kez-chat/export-file'
import type { Call, Command, Report } from '../../command.ts'
import { EXIT } from '../../errors.ts'
import { describeProblem, openExportFile } from '../../exports/open.ts'
import { passphraseOptions } from '../../exports/passphrase.ts'
import { printable } from '../../output/printable.ts'
import { fields, table } from '../../output/table.ts'

type Seen = {
  readonly whole: boolean
  readonly tally: Tally
  readonly about: ExportRecord | undefined
  readonly problems: readonly Problem[]
}

const look = async (path: string, call: Call): Promise<Seen> => {
  const { items } = await openExportFile(path, call)
  const problems: Problem[] = []
  let about: ExportRecord | undefined
  for await (const item of items()) {
    if (item.type === 'end') return { whole: item.whole, tally: item.tally, about, problems }
    if (item.type === 'problem') problems.push(item.problem)
    else if (item.record.kind === 'about') about ??= item.record
  }
  throw new Error('the file was not read to its end')
}

const text = (value: unknown): string => (typeof value === 'string' ? printable(value) : 'not known')

const report = ({ about, tally, whole, problems }: Seen): Report => {
  const { kinds, records, sha256, history } = tally
  const { identity, account, created_at: createdAt } = about ?? { kind: 'about' }
  return {
    data: { identity, account, created_at: createdAt, whole, records, sha256, history, kinds, problems },
    text: (paint) =>
      [
        fields(paint, [
          ['identity', paint.bold(text(identity))],
          ['handle', text(account)],
          ['written', text(createdAt)],
          ['whole', whole ? paint.good('yes') : paint.bad('no')],
          ['records', String(records)],
          ['hash', sha256],
          ['conversations', String(history.conversations)],
          ['messages', String(history.messages)],
          ['history', history.sha256],
        ]),
        '\n',
        table(
          paint,
          ['kind', 'records'],
          [...Object.entries(kinds)].map(([kind, count]) => [kind, String(count)]),
        ),
        ...(problems.length > 0
          ? ['\n', ...problems.map((each) => `${paint.bad('!')} ${describeProblem(each)}\n`)]
          : []),
      ].join(''),
    ...(whole ? {} : { exitCode: EXIT.refused }),
  }
}

export const exportInspect: Command = {
  name: 'export inspect',
  about: 'what is in an export of the app, counted and hashed, and whether it is whole',
  args: [{ name: 'path', about: 'the file' }],
  options: passphraseOptions,
  examples: ['kez export inspect kez-alice.kez', 'kez export inspect kez-alice.kez --passphrase-file passphrase'],
  run: async (call) => report(await look(call.args[0] ?? '', call)),
}
