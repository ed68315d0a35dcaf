import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'vectors', name), 'utf8'))

const Mnemonics = z.object({
  vectors: z.array(z.object({ phrase: z.string(), seed: z.string(), public_key: z.string() })),
})

const [long, short] = Mnemonics.parse(read('mnemonic.json')).vectors

if (long === undefined || short === undefined) throw new Error('vectors/mnemonic.json has fewer than two entries')

/** A person with 24 words, one with 12, and one with a nostr key; from the published vectors. */
export const longPhrase = { ...long, primary: `ed25519:${long.public_key}` }
export const shortPhrase = { ...short, primary: `ed25519:${short.public_key}` }
export const nostr = {
  // NIP-19's own example.
  nsec: 'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5',
  primary: 'nostr:npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg',
}
