import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const dist = join(root, 'web', 'dist')
const mark = join(dist, '.sources')
const buildTimeoutMs = 300_000

/** The web app could not be built; the message ends with what the build said. */
export class WebBuildError extends Error {
  override readonly name = 'WebBuildError'
}

const sources = ['web/**/*', 'libs/*/{src/**/*,package.json}', 'package-lock.json']

const sourcesHash = (): string => {
  const hash = createHash('sha256')
  const files = sources
    .flatMap((pattern) =>
      globSync(pattern, { cwd: root, exclude: (name) => /(^|\/)(dist|node_modules|test)$/.test(name) }),
    )
    .filter((file) => !file.endsWith('.test.ts') && statSync(join(root, file)).isFile())
    .sort()
  for (const file of files)
    hash.update(`${file}\n`).update(
      createHash('sha256')
        .update(readFileSync(join(root, file)))
        .digest(),
    )
  return hash.digest('hex')
}

/** Where the built web app is, and whether its sources have changed since. */
export const webApp = (): { readonly dist: string; readonly isCurrent: boolean } => ({
  dist,
  isCurrent: existsSync(mark) && existsSync(join(dist, 'index.html')) && readFileSync(mark, 'utf8') === sourcesHash(),
})

/**
 * Builds the web app into `web/dist`.
 * @throws WebBuildError
 */
export const buildWebApp = async (): Promise<void> => {
  const hash = sourcesHash()
  const vite = spawn(process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build'], {
    cwd: join(root, 'web'),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: buildTimeoutMs,
  })
  let output = ''
  for (const stream of [vite.stdout, vite.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000)
    })
  const code = await new Promise<number | null>((resolve) => {
    vite.once('error', (error) => {
      output += error.message
      resolve(1)
    })
    vite.once('close', resolve)
  })
  if (code !== 0) throw new WebBuildError(`The web app could not be built. The build said:\n${output.trim()}`)
  writeFileSync(mark, hash)
}
