import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const source = join(import.meta.dirname, 'app')

/** The minimal page and its worker in a folder that a gateway can serve. */
export const buildApp = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'kez-push-app-'))
  await cp(join(source, 'index.html'), join(folder, 'index.html'))
  for (const name of ['page', 'worker'])
    await writeFile(
      join(folder, `${name}.js`),
      stripTypeScriptTypes(await readFile(join(source, `${name}.ts`), 'utf8')),
    )
  return folder
}
