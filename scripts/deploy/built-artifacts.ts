import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '@kez-chat/embedded'
import { runStages } from './stages.ts'

const keptBuilds = 3

/** The tree has changes that belong to no commit, or is no clone. */
export class TreeRefused extends Error {
  override readonly name = 'TreeRefused'
}

const git = (root: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

/**
 * What a release of this tree is called: the commit, and `dirty` behind it where that is allowed.
 * @throws TreeRefused
 */
export const nameOfTree = (root: string, allowDirty: boolean): { commit: string; isDirty: boolean } => {
  let commit: string
  let changes: string
  try {
    commit = git(root, 'rev-parse', '--short=12', 'HEAD')
    changes = git(root, 'status', '--porcelain')
  } catch {
    throw new TreeRefused('This folder is no clone of the repository, so nobody could tell later what was deployed.')
  }
  const isDirty = changes !== ''
  if (isDirty && !allowDirty)
    throw new TreeRefused(
      `The tree has changes that are not committed:\n${changes.split('\n').slice(0, 10).join('\n')}\nCommit them, or say --dirty.`,
    )
  return { commit, isDirty }
}

/**
 * The artifacts of a commit, in a folder named `artifacts`: built once and kept in the cache, which is outside the tree. What
 * is dirty is built each time. Returns the folder that holds them.
 */
export const builtArtifacts = async (
  root: string,
  { commit, isDirty }: { commit: string; isDirty: boolean },
  onStep: (what: string) => void,
): Promise<string> => {
  const cache = join(cacheFolder(), 'deploy')
  const builds = join(cache, 'builds')
  const place = join(builds, isDirty ? `${commit}-dirty` : commit)
  if (!isDirty && existsSync(place)) return place
  mkdirSync(builds, { recursive: true })
  const built = await runStages({ root, work: join(cache, 'stages'), target: 'export', onStep })
  const making = `${place}.${process.pid}`
  mkdirSync(making, { recursive: true })
  cpSync(built, join(making, 'artifacts'), { recursive: true, verbatimSymlinks: true })
  rmSync(place, { recursive: true, force: true })
  renameSync(making, place)
  forgetOldest(builds)
  return place
}

const forgetOldest = (builds: string): void => {
  const byAge = readdirSync(builds)
    .map((name) => ({ name, time: statSync(join(builds, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time)
  for (const { name } of byAge.slice(keptBuilds)) rmSync(join(builds, name), { recursive: true, force: true })
}
