import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { builtArtifacts, nameOfTree, TreeRefused } from './deploy/built-artifacts.ts'
import { type FastArguments, FastUsage, fastHelp, parseFastArguments } from './deploy/fast-arguments.ts'
import { release } from './deploy/release.ts'
import { openRemote, RemoteError } from './deploy/remote.ts'
import { StageError } from './deploy/stages.ts'
import { createProgress } from './launcher/progress.ts'

const root = join(import.meta.dirname, '..')
const exit = { done: 0, refused: 1, usage: 2, rolled_back: 3, failed: 4 } as const
const progress = createProgress(process.stdout)

/** The services that must be there: those that no profile has to be asked for. */
const services = (): string[] => {
  const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
    services: Record<string, { profiles?: string[] }>
  }
  return Object.entries(compose.services).flatMap(([name, { profiles }]) => (profiles === undefined ? [name] : []))
}

/** The folder that holds a folder of artifacts, and what that is called. */
const artifactsFor = async (wish: FastArguments, tree: { commit: string; isDirty: boolean }): Promise<string> => {
  if (wish.artifacts !== undefined) {
    const given = resolve(wish.artifacts)
    if (basename(given) === 'artifacts' && existsSync(join(given, 'Dockerfile'))) return dirname(given)
    throw new FastUsage('--artifacts must be a folder named "artifacts" that scripts/artifacts.ts has made')
  }
  let what = 'Reading the sources'
  return progress.step(
    () => what,
    () =>
      builtArtifacts(root, tree, (step) => {
        what = step
      }),
  )
}

const stamp = (): string =>
  new Date()
    .toISOString()
    .replace(/[-:]|\.\d+/g, '')
    .toLowerCase()

const deploy = async (wish: FastArguments): Promise<number> => {
  const tree = nameOfTree(root, wish.dirty)
  const place = await artifactsFor(wish, tree)
  const name = `${stamp()}-${tree.commit}${tree.isDirty ? '-dirty' : ''}`
  const released = await release({
    remote: openRemote(wish.host, wish.sshConfig),
    path: wish.path,
    name,
    content: ['-C', root, 'docker-compose.yml', 'docker-compose.fast.yml', 'deploy', '-C', place, 'artifacts'],
    services: services(),
    keep: wish.keep,
    patienceMs: wish.patience * 1_000,
    step: progress.step,
  })
  if (released.state === 'done') progress.say(`${name} runs at ${wish.host}, and everything is healthy.`)
  else console.error(`${name} did not get healthy: ${released.why}`)
  if (released.state === 'rolled_back') console.error(`${released.to} runs again, and everything is healthy.`)
  if (released.state === 'failed') console.error('The server needs you: nothing that is healthy runs there.')
  return exit[released.state]
}

try {
  const wish = parseFastArguments(process.argv.slice(2))
  if (wish) process.exitCode = await deploy(wish)
  else process.stdout.write(fastHelp)
} catch (error) {
  const isUsage = error instanceof FastUsage
  if (!isUsage && !(error instanceof RemoteError || error instanceof TreeRefused || error instanceof StageError))
    throw error
  console.error(error.message)
  process.exitCode = isUsage ? exit.usage : exit.refused
}
