"""The words of the small course with a step of every kind."""

COURSE = """\
slug: try
iri: https://w3id.org/xapi/oicf/courses/try
version: 0.1.0
title: {en: A course to try}
summary: {en: One step of every kind.}
licence: CC-BY-4.0
authors: The authors of animateur
language: en
modules: {m1: 1}
"""
VTT = """\
WEBVTT

00:00.500 --> 00:02.500
A firm knocks at the door.

00:02.500 --> 00:05.500
It asks for a list.

00:06.500 --> 00:11.000
The adviser asks back.
"""
DESCRIPTIONS = """\
WEBVTT

00:03.000 --> 00:04.000
A hand on a door handle.
"""
MODULE = """\
---
code: M1
title: Every kind of step
result: You have seen every kind of step.
units: [U6]
licence: CC-BY-4.0
---

# A short text
::: step 1 reading
minutes: 1
lead: A text with a check of oneself.
:::

## The first part

A firm asks for a list. You can send it at once, or ask what it is for.

::: question Q-T-1 single
What do you ask first?

- [ ] Nothing
  > Then you only send a list.
- [x] What it is for
  > Yes: so you learn what is needed.
- [ ] When it is needed
  > This comes later.
:::

After the question comes another paragraph.

## The second part

Here the text ends.

# The door
::: step 2 video
minutes: 2
lead: A film of a few seconds.
:::

::: video v1
firm: A small firm
sector: Of no sector
pause: 1

@ A door in a long corridor.
! A knock
A firm knocks at the door. It asks for a list.

@ The adviser at a table.
The adviser asks back.
:::

::: reflect
least: 1 sentences
limit: 500

What would you have asked?
:::

# Counting hours
::: step 3 lab
minutes: 5
lead: Work on a file.
evidence: U6.PC3 A
:::

Look at the [hours](media/hours.csv).

::: quiz
pass: 0.6
attempts: 3
:::

::: question Q-T-2 short U6.PC3
Who brings people together?

= bus driver | driver of the bus
= *animator*
> Somebody who knows both sides.
:::

::: question Q-T-3 numeric U6.PC3
How many hours are a half of nine?

= 4.5 ± 0.1 h
> Half of nine is four and a half.
:::

# A week at work
::: step 4 task
minutes: 30
lead: Do it at work, then hand it in.
:::

Keep a diary of one week.

::: task
with: supervisor
peers: 1
:::

::: field need What was needed
limit: 40
kind: text

In the words of the firm.
:::

::: field who Who was there
limit: 80
kind: line
:::

::: field often How often
kind: number
:::

::: field day On which day
kind: date
:::

::: field way By which way
kind: choice

- By phone
- At the firm
:::

::: field week Your hours
kind: hours
:::

::: field paper A paper
kind: file
:::

::: criterion r1 U6.PC3 Complete
1. Hardly anything is written.
2. Some of it is written.
3. All of it is written.
4. It is also compared with the week before.
:::

::: example A diary that worked
On Monday the firm called twice.
:::

# Looking back
::: step 5 reflection
minutes: 10
lead: What has changed?
:::

Read your diary again.

::: reflect
least: 2 sentences
limit: 500

What has changed?
:::

# A talk
::: step 6 talk
minutes: 20
lead: Talk about it.
:::

Bring your diary.

::: talk
with: trainer
minutes: 15
:::

::: criterion t1 U6.PC3 Clear
1. Not clear.
2. Partly clear.
3. Clear.
4. Clear, and compared.
:::

# Together or alone
::: step 7 exercise
minutes: 30
lead: An exercise for two, or for one.
:::

Agree on a rule.

::: exercise
least: 2
most: 3
solo: yes
:::

::: role owner Owner
You own the firm.
:::

::: role adviser Adviser
You ask.
:::

::: material paper owner The firm's file
The numbers of last year.
:::

::: phase ask 15 Ask
Ask each other.

gate: Both have asked.
:::

::: phase agree 15 Agree
Write the rule down.

gate: The rule is written.
:::

::: document Our rule
## The rule
…
:::

::: partner owner ask
role: Owner

I need a list, and quickly.
:::

::: partner owner agree
role: Owner

Let us meet again in a week.
:::

::: criterion c1 U6.PC3 Asking
for: everyone
1. Nobody asks.
2. One asks.
3. Both ask.
4. Both ask, and listen.
:::

# The list
::: step 8 video
minutes: 2
lead: A film that is not built yet, with a question at its pause.
evidence: U6.PC3 A
:::

::: video v2
firm: Another firm
sector: Of no sector
pause: 1

@ A sheet of paper.
Here is a list of names.

@ A bin.
The list is thrown away.
:::

::: question Q-T-8 single U6.PC3
What was missing?

- [ ] A longer list
  > It was long enough.
- [x] A question
  > Yes: nobody had asked.
- [ ] A stamp
  > Nobody needs one.
:::
"""
