import { spawn } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { buildContext, type ContextFile } from './context.ts'
import { DockerfileError, readDockerfile, type Stage } from './dockerfile.ts'

export type StageRun = {
  /** The repository. */
  readonly root: string
  /** Each stage gets a folder in it that stands for its `/`. */
  readonly work: string
  /** The stage that is wanted; those it needs are run before it. */
  readonly target: string
  readonly onStep: (what: string) => void
}

/** A command of a stage failed; the message has its last words. */
export class StageError extends Error {
  override readonly name = 'StageError'
}

/** Folders of an image that its commands name in full. */
const rooted = /(^|[\s"'=])\/(src|app|manifests|keys|data)(?=[/\s"']|$)/g
const lastWords = 3_000

/**
 * Carries out a Dockerfile's stages in plain folders, without any container engine: the same files are copied and the same
 * commands run, so that a wrong path or a missing file is found, and artifacts can be made where there is no engine.
 * Only what our own Dockerfile uses is understood. Returns the folder of the target.
 * @throws StageError, DockerfileError
 */
export const runStages = async ({ root, work, target, onStep }: StageRun): Promise<string> => {
  const stages = readDockerfile(join(root, 'Dockerfile'))
  const context = buildContext(root)
  const done = new Map<string, { folder: string; workdir: string }>()

  const run = async (name: string): Promise<{ folder: string; workdir: string }> => {
    const before = done.get(name)
    if (before) return before
    const stage = stages.find((candidate) => candidate.name === name)
    if (!stage) throw new DockerfileError(`there is no stage ${name}`)
    const folder = join(work, name)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const base = stages.some((candidate) => candidate.name === stage.base) ? await run(stage.base) : undefined
    if (base) await copyTree(base.folder, folder)
    const result = { folder, workdir: await carryOut(stage, folder, base?.workdir ?? '/') }
    done.set(name, result)
    return result
  }

  const carryOut = async (stage: Stage, folder: string, startIn: string): Promise<string> => {
    let workdir = startIn
    for (const { name, flags, text } of stage.instructions) {
      if (name === 'WORKDIR') {
        workdir = text
        mkdirSync(join(folder, workdir), { recursive: true })
      }
      if (name === 'COPY') await copy(stage.name, text, flags.from, join(folder, workdir), folder)
      if (name === 'RUN') {
        onStep(`${stage.name}: ${text.slice(0, 60)}`)
        await shell(text.replace(rooted, `$1${folder}/$2`), join(folder, workdir), stage.name)
      }
    }
    return workdir
  }

  const copy = async (stage: string, text: string, from: string | undefined, cwd: string, folder: string) => {
    const words = text.split(/\s+/)
    const target = words.pop() ?? ''
    const to = target.startsWith('/') ? join(folder, target) : join(cwd, target)
    if (from === undefined) return copyContext(stage, words, to, target)
    const source = await run(from)
    for (const word of words) {
      const path = join(source.folder, word)
      if (!existsSync(path)) throw new StageError(`${stage}: COPY --from=${from} finds no ${word}`)
      await copyTree(path, to)
    }
  }

  const copyContext = (stage: string, words: readonly string[], to: string, target: string): void => {
    for (const word of words) {
      const wanted = word === '.' ? '' : word.replace(/^\.\//, '')
      const found = context.filter(({ path }) => wanted === '' || path === wanted || path.startsWith(`${wanted}/`))
      if (found.length === 0) throw new StageError(`${stage}: COPY finds no ${word} in the context`)
      for (const file of found) place(file, wanted, to, target)
    }
  }

  const place = ({ path }: ContextFile, wanted: string, to: string, target: string): void => {
    const below =
      path === wanted ? (target.endsWith('/') ? basename(path) : '') : path.slice(wanted ? wanted.length + 1 : 0)
    const file = join(to, below)
    mkdirSync(dirname(file), { recursive: true })
    cpSync(join(root, path), file)
  }

  return (await run(target)).folder
}

/** As COPY does it: a folder's content goes into the target. */
const copyTree = async (from: string, to: string): Promise<void> => {
  if (!statSync(from).isDirectory()) {
    mkdirSync(dirname(to), { recursive: true })
    cpSync(from, to)
    return
  }
  mkdirSync(to, { recursive: true })
  if (globSync('*', { cwd: from }).length === 0 && !existsSync(join(from, '.npmrc'))) return
  await shell(`cp -a "${from}/." "${to}/"`, to, 'copy')
}

const shell = (command: string, cwd: string, stage: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let output = ''
    // As in the image, where only what it holds is on the PATH; npm and Node come with its base.
    const child = spawn('/bin/sh', ['-c', command], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part) => {
        output = (output + part).slice(-lastWords)
      })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new StageError(`${stage}: "${command}" ended with ${code}:\n${output}`)),
    )
  })
