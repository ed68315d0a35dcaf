export const profile = {
  title: 'Profile picture',
  text: 'It stands beside your name. What people know you by stays your handle: anybody can choose any picture.',
  open: 'Profile picture',
  choose: 'Choose a picture',
  another: 'Choose another one',
  remove: 'Remove picture',
  none: 'You have none yet. Others see the pattern of your key.',
  contactsSee: 'Your contacts see',
  strangersSee: 'Strangers see',
  everybodySees: 'Everybody sees',
  scramble: 'Scramble it for strangers',
  scrambleText:
    'Strangers get the same pixels in disorder, and your contacts a key to put them in order. This only obscures it: the colours stay as they are, so it keeps your face from people who pass by, not from somebody who has the picture and wants to recognise it.',
  openText: 'Everybody who looks up your handle sees this picture as it is.',
  fresh:
    'When you block somebody or delete a chat, your picture is scrambled anew, with another key. What they have seen, they have seen.',
  published: (relays: number) => (relays === 1 ? 'Published on 1 relay.' : `Published on ${relays} relays.`),
  waiting: 'Not published yet: it goes out as soon as a relay is connected.',
  noRoom: 'It could not be published: your profile says so much else that a picture has no room.',
  crop: {
    title: 'What is shown of it?',
    stage: 'Section of the picture',
    hint: 'Drag the picture to move it, pinch or use the slider to zoom. With a keyboard: the arrow keys move it, + and − zoom.',
    zoom: 'Zoom',
    save: 'Use this picture',
    saving: 'Saving …',
  },
  problems: {
    tooLarge: 'This file is too large. Up to 32 MB are read.',
    unreadable: 'This is no picture that can be read here. JPEG, PNG and WebP can.',
    blocked:
      'This browser keeps pages from reading pictures, as protection against tracking, and hands out noise in their place. Allow it for this page to choose a picture.',
  },
  zoom: (name: string) => `Show the picture of ${name}`,
  zoomOwn: 'Show your picture',
  asContact: 'You see it because you are a contact.',
  asEverybody: 'Everybody sees this picture.',
  asStranger:
    'These are scrambled pixels: only their contacts have the key. You get it when they write to you, or accept you.',
  elsewhere:
    'Their profile names a picture on some server. It is not fetched: that server would learn that you look at it, and from where.',
  veiled: 'Blurred until you accept them',
}
