// Runs on whatever Node the host has, before anything is installed: plain JavaScript, no dependencies.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const oldestNode = 20
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const mark = join(modules, '.kez-install')
const node = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

// What is compiled once starts sooner ever after.
const compileCache = join(modules, '.cache', 'node-compile')

const fail = (message) => {
  console.error(`\n${message}\n`)
  process.exit(1)
}

const checkHost = () => {
  if (Number(process.versions.node.split('.')[0]) < oldestNode)
    fail(
      `kez-chat needs Node ${oldestNode} or newer to set itself up; this is Node ${process.versions.node}. Get a newer one from https://nodejs.org.`,
    )
  if (/[#?]/.test(root))
    fail(
      `The path of this folder has a "#" or a "?" in it, which several tools cannot handle:\n  ${root}\nMove or rename the folder and try again.`,
    )
}

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')

const isInstalled = () => {
  if (!existsSync(node)) return false
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lockHash()) return true
  if (!isAsLocked()) return false
  writeFileSync(mark, lockHash())
  return true
}

/** Whether what npm notes as installed is what the lock file names, as after somebody's own `npm install`. */
const isAsLocked = () => {
  const noted = join(modules, '.package-lock.json')
  if (!existsSync(noted)) return false
  const installed = JSON.parse(readFileSync(noted, 'utf8')).packages
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(locked).every(([path, { version, integrity, optional }]) => {
    if (!path.includes('node_modules/')) return true
    const found = installed[path]
    return found ? found.version === version && found.integrity === integrity : optional === true
  })
}

const install = async () => {
  const isTerminal = process.stderr.isTTY === true
  const started = Date.now()
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`
  const what = 'Installing dependencies'
  process.stderr.write(`${what} … (once, about a minute)${isTerminal ? '' : '\n'}`)
  const ticker = isTerminal
    ? setInterval(() => process.stderr.write(`\r\x1b[K${what} … ${seconds()}`), 1000)
    : undefined

  mkdirSync(modules, { recursive: true })
  rmSync(mark, { force: true })
  const npm = process.env.npm_execpath
  const command = npm ? [process.execPath, npm] : ['npm']
  const child = spawn(command[0], [...command.slice(1), 'ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: !npm && process.platform === 'win32',
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => (output = (output + data).slice(-20_000)))
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      output += error.message
      resolve(1)
    })
    child.on('close', resolve)
  })
  clearInterval(ticker)
  if (isTerminal) process.stderr.write('\r\x1b[K')
  if (code !== 0) fail(`${what} failed after ${seconds()}. npm said:\n\n${lastWords(output)}\n\n${cure(output)}`)
  if (!existsSync(node))
    fail(
      `The dependencies are installed, but Node 24 is not among them: install scripts did not run.\nTry: npm ci --ignore-scripts=false`,
    )
  writeFileSync(mark, lockHash())
  console.error(`${what} … ${seconds()}`)
}

/** npm's errors without its many warnings and its manual. */
const lastWords = (output) => {
  const errors = output.split('\n').filter((line) => /^npm (error|ERR!) ?\S/.test(line))
  const manual = errors.findIndex((line) => /Clean install a project/.test(line))
  const shown = errors.length > 0 ? errors.slice(0, manual < 0 ? 12 : manual) : output.trim().split('\n').slice(-12)
  return shown.map((line) => `  ${line}`).join('\n')
}

const cure = (output) => {
  if (/EUSAGE/.test(output))
    return 'package-lock.json does not fit package.json: run `npm install` after changing dependencies, or get both files from the same version.'
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|network/i.test(output))
    return 'The package registry was not reached. Check the network (or the proxy: npm config get proxy) and try again.'
  if (/ENOSPC/.test(output)) return 'The disk is full. Free about 1 GB and try again.'
  if (/EACCES|EPERM/.test(output))
    return `Files in ${modules} belong to another user. Remove that folder as that user and try again.`
  return `Try again; if it stays so, remove ${modules} and try once more.`
}

/** Installs what is missing, then is the parent of `script` under the pinned Node until it ends. */
export const bootstrap = async (script, args) => {
  checkHost()
  if (!isInstalled()) await install()
  const follow = pathToFileURL(join(root, 'scripts', 'follow-parent.mjs')).href
  const child = spawn(node, ['--import', follow, join(root, script), ...args], {
    // The channel carries nothing: that it closes tells the child that this process was killed.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, KEZ_FOLLOW_PARENT: '1' },
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  watchStarter(child)
  child.on('error', (error) => fail(`${node} could not be started: ${error.message}\nRemove ${modules} and try again.`))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    if (signal !== 'SIGINT' && signal !== 'SIGTERM') console.error(`\nkez-chat was ended by ${signal}.`)
    process.exit(signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 137)
  })
}

/** Started by npm, this ends with npm: a killed npm cannot pass anything on, but its place as the parent changes. */
const watchStarter = (child) => {
  if (!process.env.npm_lifecycle_event) return
  const starter = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === starter) return
    clearInterval(timer)
    child.kill('SIGTERM')
  }, 1000)
}
