import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', '..', 'fixtures')

/** Every version of which something is frozen, with its folder. What they wrote must stay readable for ever. */
export const frozenVersions = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ version: name, folder: join(folder, name) }))
