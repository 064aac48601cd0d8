-- A finding of the five-minute version in PDFs: its sentence, beside each other its number and what that rests on, and its
-- picture, never parted by the end of a page; findings
-- share the height of a page. On the web the stylesheet does this. Runs before key.lua, for larger numbers.

local looks = {
  ["key-number"] = 'size: 34pt, weight: 700, fill: rgb("#0A5C8A")',
  ["key-interval"] = "size: 11pt, weight: 600",
  ["key-note"] = 'size: 8.5pt, fill: rgb("#4A5663")',
}

local function raw(text) return pandoc.RawBlock("typst", text) end

local function dressed(span)
  for class, look in pairs(looks) do
    if span.classes:includes(class) then
      local inlines = pandoc.Inlines { pandoc.RawInline("typst", "#text(" .. look .. ")[") }
      inlines:extend(span.content)
      inlines:insert(pandoc.RawInline("typst", "]"))
      return inlines
    end
  end
end

local function beside(div)
  if not div.classes:includes("key-figure") then return nil end
  local number, rest = div.content[1], { table.unpack(div.content, 2) }
  local blocks = pandoc.Blocks { raw("#grid(columns: (auto, 1fr), column-gutter: 14pt, align: (left + bottom, left + bottom))["), number, raw("][") }
  blocks:extend(rest)
  blocks:insert(raw("]"))
  return blocks
end

function Div(div)
  if FORMAT ~= "typst" or not div.classes:includes("finding-card") then return nil end
  local card = div:walk { Span = dressed, Div = beside }
  local blocks = pandoc.Blocks { raw("#block(width: 100%, breakable: false, above: 16pt, inset: (top: 8pt), stroke: (top: 0.5pt + rgb(\"#B8C1CA\")))[") }
  blocks:extend(card.content)
  blocks:insert(raw("]\n#v(1fr)"))
  return blocks
end
