import { Problem, PushDoctorReport, type PushFinding } from '@kez-chat/contracts'
import type { Call, Command } from '../../command.ts'
import { CliError, EXIT, usageError } from '../../errors.ts'
import type { Paint } from '../../output/paint.ts'
import { columns } from '../../output/table.ts'

/** Where `npm start` serves metrics and probes. */
const defaultInternal = 'http://127.0.0.1:6970'
const answersWithin = 30_000
const maxAnswerBytes = 256 * 1024

const internalUrl = ({ option, session }: Call): string => {
  const text = option('internal') ?? session.env.KEZ_INTERNAL_URL ?? defaultInternal
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) throw usageError(`--internal is an address like ${defaultInternal}`)
  return url.origin
}

const ask = async (origin: string, body: object): Promise<unknown> => {
  try {
    const response = await fetch(`${origin}/internal/push/doctor`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(answersWithin),
    })
    return JSON.parse((await response.text()).slice(0, maxAnswerBytes))
  } catch (cause) {
    throw new CliError(EXIT.network, 'unreachable', `the internal listener at ${origin} was not reached`, {
      cause,
      hint: "Run this on the server itself, or name the gateway's KEZ_INTERNAL_BIND with --internal.",
    })
  }
}

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
    internal: {
      value: 'url',
      about: `the gateway's internal listener; KEZ_INTERNAL_URL or ${defaultInternal} when left out`,
    },
    'no-probe': { about: 'do not connect to push services' },
  },
  examples: ['kez admin doctor push', 'kez admin doctor push alice'],
  run: async (call) => {
    const [, handle] = call.args
    const body = { probe: !call.has('no-probe'), ...(handle === undefined ? {} : { handle }) }
    const answer = await ask(internalUrl(call), body)
    const report = PushDoctorReport.safeParse(answer)
    if (!report.success) {
      const problem = Problem.safeParse(answer)
      if (problem.success)
        throw new CliError(EXIT.refused, problem.data.code, `the server says: ${problem.data.detail}`)
      throw new CliError(EXIT.network, 'unexpected_response', 'what answers there is no internal listener of kez-chat')
    }
    const { findings } = report.data
    const isWell = findings.every(({ level }) => level !== 'problem')
    return {
      data: report.data,
      text: (paint) => describeFindings(findings, paint),
      ...(isWell ? {} : { exitCode: EXIT.refused }),
    }
  },
}
