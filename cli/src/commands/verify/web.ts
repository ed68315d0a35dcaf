import { isDeepStrictEqual } from 'node:util'
import type { WebManifest } from '@kez-chat/contracts'
import type { Call, Command, Report } from '../../command.ts'
import { EXIT } from '../../errors.ts'
import type { Paint } from '../../output/paint.ts'
import { printable } from '../../output/printable.ts'
import { fields, table } from '../../output/table.ts'
import { originOf } from '../../servers/connect.ts'
import { compareLists, type Finding } from '../../web/findings.ts'
import { askForManifest, findOwnBuild, readManifest } from '../../web/manifest.ts'
import { visitAll } from '../../web/visit.ts'
import { visitors } from '../../web/visitors.ts'

type Built = { readonly place: string; readonly manifest: WebManifest }

const findBuild = async (call: Call): Promise<Built | undefined> => {
  const against = call.option('against')
  return against === undefined ? findOwnBuild() : { place: against, manifest: await readManifest(against) }
}

/** The list itself may be another one for somebody else. */
const compareListsOf = async (origin: string, first: WebManifest): Promise<Finding[]> => {
  const findings: Finding[] = []
  for (const visitor of visitors.slice(1)) {
    const list = await askForManifest(origin, visitor)
    if (!isDeepStrictEqual(list, first))
      findings.push({ path: 'the list', problem: 'differs_by_visitor', detail: `${visitor.name} gets another one` })
  }
  return findings
}

type Verdict = 'same' | 'as_listed' | 'different'

const verdictText = (verdict: Verdict, paint: Paint): string => {
  if (verdict === 'different') return paint.bad('no')
  if (verdict === 'same') return paint.good('yes: what is served is what this source builds')
  return paint.careful('in part: what is served is what the server lists, and there is no build to compare it with')
}

const versionHint = (served: WebManifest, built: WebManifest | undefined): string =>
  built && built.version !== served.version
    ? `\nThe build is of version ${built.version}: build the source of version ${printable(served.version)} to compare.\n`
    : ''

const nextSteps = '\nBuild the same version with npm run build:web, or name a build with --against.\n'

const report = (origin: string, served: WebManifest, built: Built | undefined, findings: Finding[]): Report => {
  const verdict = findings.length > 0 ? 'different' : built ? 'same' : 'as_listed'
  const { version, build, files } = served
  return {
    data: {
      ...{ server: origin, version, build, files: files.length, verdict },
      against: built ? { place: built.place, version: built.manifest.version, build: built.manifest.build } : null,
      findings,
    },
    ...(verdict === 'different' ? { exitCode: EXIT.refused } : {}),
    text: (paint) =>
      [
        fields(paint, [
          ['server', paint.bold(origin)],
          ['version', `${printable(version)}, build ${build}`],
          ['files', `${files.length}, each asked for as ${visitors.map(({ name }) => name).join(', ')}`],
          [
            'compared with',
            built ? `${printable(built.place)}, build ${built.manifest.build}` : 'the list of the server',
          ],
          ['verified', verdictText(verdict, paint)],
        ]),
        findings.length === 0
          ? ''
          : `\n${table(
              paint,
              ['file', 'problem', 'what is wrong'],
              findings.map(({ path, problem, detail }) => [printable(path), paint.bad(problem), printable(detail)]),
            )}`,
        versionHint(served, built?.manifest),
        verdict === 'as_listed' ? nextSteps : '',
      ].join(''),
  }
}

export const verifyWeb: Command = {
  name: 'verify web',
  about: 'whether a server serves the web app that this source builds',
  args: [{ name: 'server', about: 'its address, like https://example.org' }],
  options: {
    against: {
      value: 'path',
      about: 'the folder of a build, or its kez-web-manifest.json; the build of this checkout when left out',
    },
  },
  examples: ['kez verify web https://example.org', 'kez verify web https://example.org --against ~/kez-chat/web/dist'],
  run: async (call) => {
    const [typed = ''] = call.args
    const origin = originOf(typed, 'the server')
    const built = await findBuild(call)
    const served = await askForManifest(origin, visitors[0])
    const findings = [
      ...(await compareListsOf(origin, served)),
      ...(await visitAll(origin, served)),
      ...(built ? compareLists(served, built.manifest) : []),
    ]
    return report(origin, served, built, findings)
  },
}
