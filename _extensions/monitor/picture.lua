-- A chart that stands in a page as data becomes part of that page, so that its text is text in the house font.
-- Ids are made unique; metadata and the stylesheet of the drawing, which would apply to the whole page, are left out.

local count = 0

local function escape(text)
  return (text:gsub("&", "&amp;"):gsub('"', "&quot;"):gsub("<", "&lt;"))
end

function Image(image)
  if not FORMAT:match("html") or not image.src:match("^data:image/svg%+xml") then return nil end
  local _, svg = pandoc.mediabag.fetch(image.src)
  count = count + 1
  local prefix = "p" .. count .. "-"
  svg = svg:match("(<svg.*</svg>)"):gsub("<metadata.-</metadata>", ""):gsub("<style.-</style>", "")
  svg = svg:gsub('(%sid=")', "%1" .. prefix):gsub("url%(#", "url(#" .. prefix):gsub('href="#', 'href="#' .. prefix)
  local alt = image.attributes.alt or image.attributes["fig-alt"] or pandoc.utils.stringify(image.caption)
  local name = 'role="img" aria-label="' .. escape(alt):gsub("%%", "%%%%") .. '"'
  return pandoc.RawInline("html", (svg:gsub("^<svg", '<svg stroke-linejoin="round" stroke-linecap="butt" ' .. name, 1)))
end

-- A chart that is all of a paragraph is a block of its own: its text is no sentence.
function Para(para)
  local only = #para.content == 1 and para.content[1]
  if only and only.t == "RawInline" and only.text:match("^<svg") then return pandoc.RawBlock("html", only.text) end
end
