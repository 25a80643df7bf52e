---@meta
-- What the rooms give each other, as LuaCATS annotations; the words of the wire are in `protocol.lua`.

--- One session as its events make it. `session/fold.lua` alone changes it; everybody else reads.
---@class sessiond.Transcript
---@field id string the session's
---@field seq integer of the last durable event in it
---@field session sessiond.Session
---@field messages sessiond.Message[] in the order of the conversation, without what was taken back
---@field by_id table<string, sessiond.Message> the same, by id
---@field hidden sessiond.Message[] what was taken back and can come again
---@field reverted boolean whether `unrevert` would bring something again
---@field open table<string, sessiond.OpenPart> what streams now, by part id: text, reasoning, a tool's input
---@field progress table<string, sessiond.ToolProgress> the last word of a running tool, by part id
---@field turns table<string, sessiond.Turn> those that were heard of, by id
---@field turn? sessiond.Turn the one that runs
---@field status sessiond.Status the engine's last word; `state` is `idle` where it has none
---@field context? sessiond.ContextUse
---@field todos sessiond.Todo[]
---@field queue sessiond.QueuedPrompt[]
---@field held? string why the queue does not go on by itself
---@field permissions sessiond.PermissionRequest[] those that wait, of child sessions too, the oldest first
---@field questions sessiond.QuestionRequest[] likewise
---@field notices sessiond.Notice[] the newest 20
---@field trimmed table<string, string|true> tool parts whose output the model no longer gets: the file with all of it
---@field cursor? string older messages can be had by it
---@field lost integer events of the log that cannot be read
---@field deleted? boolean

--- Text that streams. Its pieces are only ever added to; whoever draws it remembers how many it has drawn.
---@class sessiond.OpenPart
---@field message_id string
---@field field "text"|"input"
---@field pieces string[]

---@class sessiond.Turn
---@field id string
---@field kind "chat"|"summarize"
---@field model? string
---@field started_at? integer
---@field ended_at? integer
---@field stop_reason? sessiond.StopReason
---@field usage? sessiond.Usage
---@field cost? number
---@field error? sessiond.Failure

--- What listeners of the store get: events that the transcript has taken in, or that it was made anew (`reset`).
---@class sessiond.Change
---@field id string the session's
---@field transcript sessiond.Transcript
---@field events sessiond.Event[] in order; empty with `reset`
---@field reset? boolean
---@field replayed? boolean they happened before this editor subscribed

--- Text with a highlight group; as in Neovim's virtual text.
---@alias sessiond.Chunk [string, string?]
--- One line of the chat; no chunk has a line break in it.
---@alias sessiond.Line sessiond.Chunk[]

--- What is sent to a session: `text` comes behind `parts`. `whenBusy` stands in for the option `prompt.when_busy`.
---@class sessiond.Prompt
---@field text? string
---@field parts? sessiond.PromptPart[]
---@field command? sessiond.CommandInput
---@field whenBusy? "queue"|"steer"|"reject"
---@field model? string
---@field messageId? string

--- A piece of the chat that is drawn as a whole. Equal `version`s mean that nothing is to be drawn anew.
---@class sessiond.Block
---@field id string unique in the chat
---@field kind string "user", "heading", "text", "reasoning", "tool", "error", "todos", …, or a card's own
---@field lines sessiond.Line[]
---@field version? string
---@field message_id? string
---@field part_id? string
---@field text? string what `gy` copies, where it is not the lines
---@field data? any for the room whose card it is

--- Cards at the chat's end that a room draws there: what waits for an answer, say.
---@class sessiond.TailSource
---@field name string
---@field order integer lower ones stand further up; todos have 10, the queue 20, questions 30
---@field blocks fun(transcript: sessiond.Transcript, width: integer): sessiond.Block[] pure

--- The body of an open card of one tool, by its name.
---@class sessiond.ToolCard
---@field title? fun(part: sessiond.ToolPart, input: table): string what stands behind the tool's name
---@field body? fun(part: sessiond.ToolPart, input: table, width: integer): sessiond.Line[]

--- A chat as the user sees it: one a tab page.
---@class sessiond.View
---@field tab integer
---@field layout "split"|"float"|"tab"
---@field session_id? string none until the first prompt of a new session
---@field buf integer the transcript's buffer
---@field win integer
---@field prompt_buf integer
---@field prompt_win integer
