-- Key figures in PDFs: large numbers, what they count, and small notes; the finding that opens a chapter and the box that
-- closes it; what stays together on a page. On the web the stylesheet does this.

local looks = {
  ["key-number"] = 'size: 24pt, weight: 700, fill: rgb("#0A5C8A")',
  ["key-label"] = "size: 9pt, weight: 600",
  ["key-note"] = 'size: 8pt, fill: rgb("#4A5663")',
}

local function span(span)
  for class, look in pairs(looks) do
    if span.classes:includes(class) then
      local inlines = pandoc.Inlines { pandoc.RawInline("typst", "#text(" .. look .. ")[") }
      inlines:extend(span.content)
      inlines:insert(pandoc.RawInline("typst", "]"))
      return inlines
    end
  end
end

local blocks = {
  finding = "#block(width: 100%, above: 4pt, below: 14pt)[#set text(size: 13pt, weight: 600, fill: rgb(\"#0A5C8A\")); #set par(leading: 5pt)\n",
  ["in-short"] = "#block(width: 100%, breakable: false, above: 16pt, inset: 10pt, fill: rgb(\"#F2F5F8\"), stroke: (left: 3pt + rgb(\"#0A5C8A\")))[",
  together = "#block(width: 100%, breakable: false, spacing: 8pt)[",
}

local function wrapped(opening, content)
  local made = pandoc.Blocks { pandoc.RawBlock("typst", opening) }
  made:extend(content)
  made:insert(pandoc.RawBlock("typst", "]"))
  return made
end

local function div(div)
  for class, opening in pairs(blocks) do
    if div.classes:includes(class) then return wrapped(opening, div.content) end
  end
end

local function is_box(block)
  local found = false
  if block.t == "Div" then
    pandoc.Blocks({ block }):walk { Div = function(each) found = found or each.classes:includes("in-short") end }
  end
  return found
end

-- What leads up to the box that closes a chapter goes to the next page with it: the text back to its heading, or else the
-- figure or table. A comment between them is no text.
local function accompanied(list)
  local sticky, near, made = {}, false, pandoc.Blocks {}
  for i = #list, 1, -1 do
    local kind = list[i].t
    if is_box(list[i]) then
      near = true
    elseif near and kind ~= "RawBlock" then
      sticky[i] = kind == "Para" and "8pt" or kind ~= "Header" and "12pt"
      near = kind == "Para"
    end
  end
  for i, block in ipairs(list) do
    made:extend(sticky[i] and wrapped("#block(width: 100%, sticky: true, spacing: " .. sticky[i] .. ")[", { block }) or { block })
  end
  return made
end

return FORMAT == "typst" and { { Blocks = accompanied }, { Span = span, Div = div } } or {}
