import { PushDoctorReport, type PushFinding } from '@kez-chat/contracts'
import type { Command } from '../../command.ts'
import { EXIT } from '../../errors.ts'
import type { Paint } from '../../output/paint.ts'
import { columns } from '../../output/table.ts'
import { askInternal, internalOption } from '../../servers/internal.ts'

const marks = { ok: 'good', warning: 'careful', problem: 'bad' } as const satisfies Record<
  PushFinding['level'],
  keyof Paint
>

const describeFindings = (findings: readonly PushFinding[], paint: Paint): string =>
  columns(findings.map(({ level, about, detail }) => [paint[marks[level]](level), paint.bold(about), detail]))

export const adminDoctor: Command = {
  name: 'admin doctor',
  about: 'for operators: say what works, what does not, and what helps',
  args: [
    { name: 'what', about: 'push: notifications of devices', choices: ['push'] },
    { name: 'handle', about: 'also look at the devices of this person', optional: true },
  ],
  options: {
    ...internalOption('gateway'),
    'no-probe': { about: 'do not connect to push services' },
  },
  examples: ['kez admin doctor push', 'kez admin doctor push alice'],
  run: async (call) => {
    const [, handle] = call.args
    const body = { probe: !call.has('no-probe'), ...(handle === undefined ? {} : { handle }) }
    const read = (answer: unknown) => PushDoctorReport.safeParse(answer).data
    const report = await askInternal(call, '/internal/push/doctor', body, read)
    const { findings } = report
    const isWell = findings.every(({ level }) => level !== 'problem')
    return {
      data: report,
      text: (paint) => describeFindings(findings, paint),
      ...(isWell ? {} : { exitCode: EXIT.refused }),
    }
  },
}
