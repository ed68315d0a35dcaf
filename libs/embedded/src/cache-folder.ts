import { homedir } from 'node:os'
import { join } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

/** Where fetched programs are kept: `$KEZ_CACHE_DIR`, else `$XDG_CACHE_HOME/kez-chat`, else `~/.cache/kez-chat`. */
export const cacheFolder = (env: Env = process.env): string => {
  if (env.KEZ_CACHE_DIR) return env.KEZ_CACHE_DIR
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'kez-chat')
  return join(env.HOME || homedir(), '.cache', 'kez-chat')
}
