/** What a file name may not hold: control and format characters (they can turn it around), line ends, path separators. */
const unfit = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu
const separators = /[/\\]/g
const longestName = 255

const cut = (name: string, most: number): string => {
  const { base, extension } = splitName(name)
  const tail = [...extension].slice(0, 20)
  return [...[...base].slice(0, Math.max(1, most - tail.length)), ...tail].join('')
}

/** A name in its two parts; the extension has its dot, and is empty when there is none. */
export const splitName = (name: string): { readonly base: string; readonly extension: string } => {
  const dot = name.lastIndexOf('.')
  return dot > 0 && dot < name.length - 1
    ? { base: name.slice(0, dot), extension: name.slice(dot) }
    : { base: name, extension: '' }
}

/** The name of a file as it is sent: without a path, and with nothing in it that is not seen. */
export const nameToSend = (name: string): string => {
  const plain = name.toWellFormed().replace(separators, '_').replace(unfit, '').trim()
  return plain === '' || plain === '.' || plain === '..' ? 'file' : cut(plain, longestName)
}

const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/i
const longestSaved = 120

/** A name under which a file may be put into a folder of any system; what the sender wrote is not trusted for that. */
export const nameToSave = (name: string): string => {
  const plain = nameToSend(name)
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  const { base, extension } = splitName(plain)
  const safe = reserved.test(base) ? `_${base}${extension}` : plain
  return safe === '' ? 'file' : cut(safe, longestSaved)
}

/** Endings of what a system runs when it is opened, or that can run something. */
const programs = new Set(
  [
    ...['exe', 'com', 'scr', 'pif', 'bat', 'cmd', 'ps1', 'msi', 'msp', 'vbs', 'vbe', 'js', 'jse', 'wsf', 'wsh', 'hta'],
    ...['cpl', 'jar', 'lnk', 'reg', 'inf', 'url', 'appx', 'msix', 'gadget', 'dll', 'sys', 'chm', 'iso', 'img', 'vhd'],
    ...['app', 'command', 'dmg', 'pkg', 'scpt', 'workflow', 'mobileconfig', 'sh', 'run', 'deb', 'rpm', 'desktop'],
    ...['appimage', 'apk', 'aab', 'ipa', 'docm', 'xlsm', 'pptm', 'html', 'htm', 'xhtml', 'svg', 'py', 'pl', 'rb'],
  ].map((ending) => `.${ending}`),
)

/** Whether opening it may run something. */
export const isProgram = (name: string): boolean => programs.has(splitName(nameToSave(name)).extension.toLowerCase())
