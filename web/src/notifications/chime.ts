/** Two soft notes, made here: no file is loaded for them. */
const notes = [
  { frequency: 659.3, at: 0 },
  { frequency: 880, at: 0.09 },
]
const lasts = 0.45
const loudness = 0.12

let context: AudioContext | undefined

/** Whether the browser lets the page be heard: only once somebody has touched it. */
const mayBeHeard = (): boolean => navigator.userActivation?.hasBeenActive ?? context?.state === 'running'

const rest = 1_000
let resting: ReturnType<typeof setTimeout> | undefined

/** Silence costs battery as well. */
const restSoon = (audio: AudioContext): void => {
  clearTimeout(resting)
  resting = setTimeout(() => void audio.suspend().catch(() => undefined), rest)
}

/** Makes ready what can be made ready only while somebody touches the page, as on iPhones. */
const wake = (): void => {
  if (!('AudioContext' in globalThis)) return
  context ??= new AudioContext()
  void context.resume().catch(() => undefined)
  restSoon(context)
}

/** From the first touch on the page may be heard. */
export const prepareChime = (ended: AbortSignal): void => {
  for (const touch of ['pointerup', 'keydown'] as const)
    document.addEventListener(touch, wake, { once: true, passive: true, signal: ended })
}

const ring = (audio: AudioContext): void => {
  for (const { frequency, at } of notes) {
    const [start, end] = [audio.currentTime + at, audio.currentTime + at + lasts]
    const [tone, volume] = [audio.createOscillator(), audio.createGain()]
    tone.type = 'sine'
    tone.frequency.value = frequency
    volume.gain.setValueAtTime(0, start)
    volume.gain.linearRampToValueAtTime(loudness, start + 0.015)
    volume.gain.exponentialRampToValueAtTime(0.0001, end)
    tone.connect(volume).connect(audio.destination)
    tone.start(start)
    tone.stop(end)
  }
}

/** Plays the sound; false where the browser does not let it be heard. */
export const chime = async (): Promise<boolean> => {
  if (!('AudioContext' in globalThis) || !mayBeHeard()) return false
  context ??= new AudioContext()
  await context.resume()
  if (context.state !== 'running') return false
  ring(context)
  restSoon(context)
  return true
}
