import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installByApt, isDebian, lastWords } from './apt-install.ts'
import { BrowserUnavailable } from './browser-install.ts'

const names = ['firefox-esr', 'firefox']
const places = ['/usr/bin', '/usr/local/bin']
const applications = ['/Applications/Firefox.app/Contents/MacOS/firefox']

/** A Firefox on this machine: `KEZ_TEST_FIREFOX`, or the system's. */
export const findFirefox = (): string | undefined => {
  const configured = process.env.KEZ_TEST_FIREFOX
  if (configured) return configured
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...places]
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  return [...candidates, ...applications].find((path) => existsSync(path))
}

/**
 * Finds a Firefox, installing Debian's when there is none.
 * @param onStep told in words before something slow begins
 * @throws BrowserUnavailable
 */
export const ensureFirefox = async (onStep: (what: string) => void = () => {}): Promise<string> => {
  const present = findFirefox()
  if (present) return present
  let reason = 'only on Debian is it installed by itself'
  if (isDebian()) {
    onStep('Installing Firefox ESR with apt')
    await installByApt('firefox-esr').catch((error: unknown) => {
      reason = lastWords(error)
    })
  }
  const found = findFirefox()
  if (found) return found
  throw new BrowserUnavailable(
    `The tests of Web Push need a Firefox, and none is here: ${reason}.\n` +
      'Install one by hand (Debian, as root: apt-get install firefox-esr), or set KEZ_TEST_FIREFOX to the path of one.',
  )
}
