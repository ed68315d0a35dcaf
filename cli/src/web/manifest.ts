import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { maxWebManifestBytes, WebManifest, webManifestPath } from '@kez-chat/contracts'
import { CliError, EXIT } from '../errors.ts'
import { fileError, readInputFile } from '../files/read-input.ts'
import { get } from './get.ts'
import type { Visitor } from './visitors.ts'

const parse = (text: string): WebManifest | undefined => {
  try {
    const parsed = WebManifest.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** What a server says it serves. @throws {CliError} `no_list`, `bad_list`, `unreachable` */
export const askForManifest = async (origin: string, visitor: Visitor): Promise<WebManifest> => {
  const url = new URL(webManifestPath, origin)
  const { status, body } = await get(url, visitor.headersFor(webManifestPath), maxWebManifestBytes)
  if (status !== 200)
    throw new CliError(EXIT.refused, 'no_list', `${origin} does not say what it serves as the web app`, {
      hint: `There is nothing at ${webManifestPath}: a server of an earlier version, or one without a built web app.`,
    })
  const manifest = body.length > maxWebManifestBytes ? undefined : parse(body.toString('utf8'))
  if (!manifest) throw new CliError(EXIT.refused, 'bad_list', `${url.href} is not a list of files of the web app`)
  return manifest
}

/** A build on this machine: its folder, or its list. @throws {CliError} */
export const readManifest = async (place: string): Promise<WebManifest> => {
  const isFolder = await stat(place).then(
    (found) => found.isDirectory(),
    (cause: unknown) => {
      throw fileError(place, 'read', cause)
    },
  )
  const path = isFolder ? join(place, webManifestPath) : place
  const { text } = await readInputFile(path, maxWebManifestBytes)
  const manifest = parse(text)
  if (!manifest) throw new CliError(EXIT.usage, 'bad_list', `${path} is not a list of files of the web app`)
  return manifest
}

/** The build of this checkout. */
const ownBuild = join(import.meta.dirname, '..', '..', '..', 'web', 'dist')

/** What was built here, if anything was. */
export const findOwnBuild = async (): Promise<{ place: string; manifest: WebManifest } | undefined> => {
  const isThere = await stat(join(ownBuild, webManifestPath)).then(
    () => true,
    () => false,
  )
  return isThere ? { place: ownBuild, manifest: await readManifest(ownBuild) } : undefined
}
