import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freezeDataFolder } from './fixtures/data-folder.ts'
import { freezeEnvelopes } from './fixtures/envelopes.ts'

// Run once per released version, or with a name of its own when a version learns to write something new: what is frozen is what people have on their disks, and is never written again.
const root = join(import.meta.dirname, '..')
const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const [name = `v${version.split('.').slice(0, 2).join('.')}`] = process.argv.slice(2)
const folder = join(root, 'fixtures', name)

const freeze = async (name: string, make: () => Promise<string | Uint8Array>): Promise<void> => {
  if (existsSync(join(folder, name))) return console.log(`  ${name} is frozen already`)
  writeFileSync(join(folder, name), await make())
  console.log(`✓ ${name}`)
}
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

mkdirSync(folder, { recursive: true })
await freeze('envelopes.json', async () => json(await freezeEnvelopes(Date.now())))
if (!existsSync(join(folder, 'data-folder.tgz'))) {
  const { archive, backup, contents, events } = await freezeDataFolder()
  await freeze('data-folder.tgz', async () => archive)
  await freeze('backup.tgz', async () => backup)
  await freeze('data-folder.json', async () => json(contents))
  await freeze('events.json', async () => json(events))
}
