import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Session } from '../session.ts'

/** Where kez keeps what is the person's own: `KEZ_HOME`, or `~/.kez`. */
export const homeFolder = ({ env }: Session): string => {
  const { KEZ_HOME: given } = env
  return given === undefined || given === '' ? join(homedir(), '.kez') : given
}
