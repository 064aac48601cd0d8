-- Figures, tables, formulas and sections that are numbered and referred to; layout in columns.

local is_html = FORMAT:match("^html") ~= nil
local format = is_html and "html" or "typst"
local words, options = {}, {}
local entries = {}
local counters = { fig = 0, tbl = 0, eq = 0 }
local folder, root, work = "", "", ""

local function fail(title, where, expected, hint)
  error("PRESS\31" .. title .. "\31" .. where .. "\31" .. expected .. "\31" .. hint .. "\31", 0)
end

local function raw(text) return pandoc.RawBlock(format, text) end
local function inline(text) return pandoc.RawInline(format, text) end

local prefixes = { fig = "crossref-fig-title", tbl = "crossref-tbl-title", sec = "crossref-sec-prefix", eq = "crossref-eq-prefix" }

local function kind_of(identifier)
  local kind = identifier:match("^(%a+)%-")
  return prefixes[kind] and kind or nil
end

local function register(identifier, entry)
  if entries[identifier] then
    fail("Two things with one label", "#" .. identifier, "labels that differ", "rename one of them")
  end
  entries[identifier] = entry
end

local function read_meta(meta)
  for key, value in pairs(meta["press-language"] or {}) do words[key] = pandoc.utils.stringify(value) end
  for key, value in pairs(meta["press-options"] or {}) do options[key] = pandoc.utils.stringify(value) end
  folder, root, work = options.folder, options.root, options.work
end

-- One shape for every float: Div.float with `kind`, its caption in Div.float-caption -----------------------------------

local function caption_div(blocks)
  return pandoc.Div(blocks, pandoc.Attr("", { "float-caption" }))
end

local function fix_image(image)
  local alt = image.attributes["fig-alt"]
  if alt then
    image.attributes["fig-alt"] = nil
    image.attributes.alt = alt
  end
  if image.src:match("^data:") and not is_html then return nil end
  if not image.src:match("^%a+:") and not image.src:match("^//") then
    local base = image.src:match("^/") and root or folder
    local made = image.src:match("^" .. work:gsub("%p", "%%%0"))
    local path = made and image.src or base .. "/" .. image.src:gsub("^/", "")
    local file = io.open((path:gsub("[?#].*$", ""):gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)))
    if not file then
      fail("Picture not found", image.src, "a file at " .. path,
        "a path is relative to the document; one that starts with / to the project")
    end
    file:close()
    if not is_html then image.src = path end
  end
  if is_html then return image end
  alt = alt or image.attributes.alt or pandoc.utils.stringify(image.caption)
  if alt == "" then
    fail("Picture without a text alternative", image.src, '![](picture){fig-alt="..."}', "say what the picture shows")
  end
  image.attributes.alt = alt
  return image
end

local function from_figure(figure)
  local identifier, image = figure.identifier, nil
  figure:walk { Image = function(each) image = each end }
  if image and identifier == "" then identifier = image.identifier end
  local content = figure.content
  if image then
    image.identifier = ""
    local alt = image.attributes.alt
    image.caption = pandoc.Inlines { pandoc.Str(alt or pandoc.utils.stringify(figure.caption.long)) }
    content = pandoc.Blocks { pandoc.Para { image } }
  end
  content:insert(caption_div(figure.caption.long))
  return pandoc.Div(content, pandoc.Attr(identifier, { "float" }, { kind = "fig" }))
end

-- `tbl-colwidths="[25,75]"` on the caption of a table or on the div around it: percents
local function set_widths(table, given)
  if not given then return end
  table.attributes["tbl-colwidths"] = nil
  local widths = pandoc.List {}
  for share in given:gmatch("[%d.]+") do widths:insert(tonumber(share) / 100) end
  if #widths ~= #table.colspecs then
    fail("Widths and columns differ in number", given, #table.colspecs .. " numbers", "give each column a width in percents")
  end
  for i, spec in ipairs(table.colspecs) do table.colspecs[i] = { spec[1], widths[i] } end
end

local function from_table(table)
  local caption = table.caption.long
  if not is_html then table.classes:insert("typst:no-figure") end -- a table without a caption is no figure; with one, the float is
  set_widths(table, table.attributes["tbl-colwidths"])
  local identifier = table.identifier
  local inlines = #caption > 0 and caption[#caption].content
  local last = inlines and inlines[#inlines]
  local label = last and last.t == "Str" and last.text:match("^{#([^}]+)}$")
  if label then
    identifier = label
    inlines:remove(#inlines)
    if #inlines > 0 and inlines[#inlines].t == "Space" then inlines:remove(#inlines) end
  end
  -- without a label the caption stays in the table; as in Quarto, a PDF does not show it
  if #caption == 0 or kind_of(identifier) ~= "tbl" then return table end
  table.identifier = ""
  table.caption = pandoc.Caption {}
  return pandoc.Div({ table, caption_div(caption) }, pandoc.Attr(identifier, { "float" }, { kind = "tbl" }))
end

local function from_div(div)
  local kind = kind_of(div.identifier)
  if (kind ~= "fig" and kind ~= "tbl") or div.classes:includes("float") then return nil end
  local widths = div.attributes["tbl-colwidths"]
  if widths then
    div.attributes["tbl-colwidths"] = nil
    div.content = div.content:walk { Table = function(table) set_widths(table, widths) return table end }
  end
  local last = div.content[#div.content]
  if last and (last.t == "Para" or last.t == "Plain") then
    div.content[#div.content] = caption_div { pandoc.Plain(last.content) }
  end
  div.classes:insert("float")
  div.attributes.kind = kind
  return div
end

-- A drawing of a cell stands inside the page, so that its text is text and its font that of the page.
local function inline_drawing(image)
  if not image.src:match("^" .. work:gsub("%p", "%%%0") .. "/.*%.svg$") then return nil end
  local file = assert(io.open(image.src, "r"))
  local svg = file:read("a")
  file:close()
  local alt = image.attributes.alt or pandoc.utils.stringify(image.caption)
  local label = '<svg role="img" aria-label="' .. alt:gsub("&", "&amp;"):gsub('"', "&quot;"):gsub("<", "&lt;") .. '" '
  return inline((svg:gsub("^<svg ", function() return label end)))
end

local function lone_drawing(para)
  local only = #para.content == 1 and para.content[1]
  local drawing = only and only.t == "Image" and inline_drawing(only)
  return drawing and raw(drawing.text) or nil
end

-- A small drawing inside a table of HTML, such as a verdict mark: without a name of its own it is an ornament.
local function typst_mark(image)
  local kind, content = pandoc.mediabag.fetch(image.src)
  local format_of = { ["image/svg+xml"] = "svg", ["image/png"] = "png", ["image/jpeg"] = "jpg" }
  local alt = image.attributes.alt or pandoc.utils.stringify(image.caption)
  local function quoted(text) return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"' end
  local drawn = "box(image(bytes(" .. quoted(content) .. '), format: "' .. (format_of[kind] or "svg") .. '", height: 0.7em'
  if alt == "" then return inline("#pdf.artifact(" .. drawn .. ")))") end
  return inline("#" .. drawn .. ", alt: " .. quoted(alt) .. "))")
end

-- Pandoc gives Typst no text alternative from an attribute.
local function typst_image(image)
  if image.src:match("^data:") then return typst_mark(image) end
  local sizes = ""
  for _, name in ipairs { "width", "height" } do
    local size = image.attributes[name]
    if size then sizes = sizes .. ", " .. name .. ": " .. size:gsub("px$", "pt"):gsub("^(%d+)$", "%1pt") end
  end
  local function quoted(text) return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"' end
  return inline("#box(image(" .. quoted(image.src) .. ", alt: " .. quoted(image.attributes.alt) .. sizes .. "))")
end

local function is_layout(div)
  return div.attributes["layout-ncol"] or div.attributes["layout-nrow"] or div.attributes.layout
end

-- Numbers --------------------------------------------------------------------------------------------------------------

-- In a PDF, Quarto numbers a figure without a label too, and by itself when it stands in a layout.
local function number_float(div)
  if is_layout(div) and not div.classes:includes("float") then
    for _, child in ipairs(div.content) do
      if child.t == "Div" and child.classes:includes("float") and not kind_of(child.identifier) then
        child.attributes.alone = "true"
      end
    end
    return div
  elseif not div.classes:includes("float") then
    return nil
  end
  local kind, labelled = div.attributes.kind, kind_of(div.identifier)
  if not labelled and (is_html or kind ~= "fig" or div.attributes.alone) then return nil end
  counters[kind] = counters[kind] + 1
  local number = tostring(counters[kind])
  div.attributes.number = number
  if labelled then register(div.identifier, { kind = kind, number = number }) end
  local count = 0
  div.content = div.content:walk {
    traverse = "topdown",
    Div = function(child)
      if not child.classes:includes("float") then return nil end
      local letter = string.char(97 + count)
      count = count + 1
      child.attributes.letter = letter
      if child.identifier ~= "" then
        register(child.identifier, { kind = kind, number = number, letter = letter })
      end
      return child, false
    end,
  }
  return div, false
end

local function number_sections(blocks)
  local base, shift = 9, 0
  blocks:walk { Header = function(h) base = math.min(base, h.level) end }
  if not is_html and base > 1 and base < 9 then shift = 1 end
  local counts = { 0, 0, 0, 0, 0, 0, 0, 0, 0 }
  return blocks:walk {
    Header = function(header)
      if not header.classes:includes("unnumbered") then
        local depth = header.level - base + 1
        counts[depth] = counts[depth] + 1
        for i = depth + 1, 9 do counts[i] = 0 end
        local number = table.concat(counts, ".", 1, depth)
        local numbered = options["number-sections"] == "true" and depth <= tonumber(options["number-depth"] or "6")
        if kind_of(header.identifier) == "sec" then
          register(header.identifier, { kind = "sec", number = number, unnumbered = not numbered })
        end
        if is_html and numbered then
          header.content:insert(1, pandoc.Space())
          header.content:insert(1, pandoc.Span({ pandoc.Str(number) }, pandoc.Attr("", { "header-section-number" })))
        end
      end
      header.level = header.level - shift
      return header
    end,
  }
end

-- Formulas -------------------------------------------------------------------------------------------------------------

-- Pandoc reads `{#eq-p alt="..."}` after a formula as loose words: put them together again.
local function attributes_after(inlines, start)
  local text = pandoc.write(pandoc.Pandoc { pandoc.Plain { table.unpack(inlines, start) } }, "markdown-smart",
    { wrap_text = "wrap-none" })
  text = text:gsub("\\", ""):gsub("“", '"'):gsub("”", '"'):gsub("‘", "'"):gsub("’", "'")
  local body = text:match("^%s*{#(eq%-.*)}%s*$")
  if not body then return nil end
  return body:match("^(%S+)"), body:match('alt="(.-)"%s*$') or body:match('alt="(.-)"')
end

local function formula(para)
  local math = para.content[1]
  if not (math and math.t == "Math" and math.mathtype == "DisplayMath") then return nil end
  local identifier, alt = nil, nil
  if #para.content > 1 then
    identifier, alt = attributes_after(para.content, 2)
    if not identifier then return nil end
  end
  local number = nil
  if identifier then
    counters.eq = counters.eq + 1
    number = tostring(counters.eq)
    register(identifier, { kind = "eq", number = number })
  end
  if not is_html then
    if not alt then
      fail("Formula without a text alternative", math.text, '$$ ... $$ {#eq-name alt="..."}', "say the formula in words")
    end
    return pandoc.Para { inline("#math.equation(block: true, numbering: " .. (number and '"(1)"' or "none") .. ', alt: "' ..
      alt:gsub('"', '\\"') .. '", [ '), math, inline(" ])" .. (identifier and "<" .. identifier .. ">" or "")) }
  end
  local tex = math.text .. (number and " \\tag{" .. number .. "}" or "")
  local escaped = tex:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;")
  local mathml = pandoc.write(pandoc.Pandoc { pandoc.Plain { math } }, "html", { html_math_method = "mathml" })
  mathml = mathml:gsub("<annotation.-</annotation>", ""):gsub("%s*$", "")
  if alt then mathml = mathml:gsub("^<math", '<math aria-label="' .. alt:gsub('"', "&quot;"):gsub("%%", "%%%%") .. '"', 1) end
  local label = identifier and ' id="' .. identifier .. '"' or ""
  local shown = number and '<span class="equation-number">(' .. number .. ")</span>" or ""
  -- the TeX source travels along, hidden, for who wants to copy it
  return raw('<div class="equation"' .. label .. ">" .. mathml .. shown ..
    '<p class="equation-source" hidden><span class="math display">\\[' .. escaped .. "\\]</span></p></div>")
end

-- References -----------------------------------------------------------------------------------------------------------

local function reference(citation)
  local label = citation.id:sub(1, 1):lower() .. citation.id:sub(2)
  local kind = kind_of(label)
  if not kind then return nil end
  local entry = entries[label]
  if not entry then
    fail("Unresolved reference", "@" .. citation.id, "the label of a figure, table, formula or section of this document",
      "labels are of this document only: other pages are linked")
  end
  local prefix = words[prefixes[kind]]
  if citation.mode == "SuppressAuthor" then prefix = nil end
  if #citation.prefix > 0 then prefix = pandoc.utils.stringify(citation.prefix) end
  if entry.unnumbered then
    fail("Reference to a section without a number", "@" .. citation.id, "number-sections: true",
      "number the sections, or link to it: [text](#" .. label .. ")")
  end
  if not is_html then
    if entry.letter then
      return { inline("#link(<" .. label .. ">)["), pandoc.Str((prefix and prefix .. "\u{a0}" or "") .. entry.number .. entry.letter), inline("]") }
    end
    return { inline("#ref(<" .. label .. ">, supplement: [" .. (prefix or "") .. "])") }
  end
  local text = (prefix and prefix .. "\u{a0}" or "") .. entry.number
  local shown = pandoc.Inlines { pandoc.Str(text) }
  if entry.letter then shown:extend { pandoc.Space(), pandoc.Str("(" .. entry.letter .. ")") } end
  return { pandoc.Link(shown, "#" .. label, "", pandoc.Attr("", { "quarto-xref" })) }
end

local function resolve(cite)
  local result = pandoc.Inlines {}
  for i, citation in ipairs(cite.citations) do
    local found = reference(citation)
    if not found then return nil end
    if i > 1 then result:extend { pandoc.Str(","), pandoc.Space() } end
    result:extend(found)
  end
  return result
end

-- Rendering ------------------------------------------------------------------------------------------------------------

-- The rows of a layout, each a list of widths: `layout-ncol`, `layout-nrow`, or `layout="[[1,2],[1]]"`.
local function layout_rows(attributes, count)
  local columns, rows, given = attributes["layout-ncol"], attributes["layout-nrow"], attributes.layout
  for _, name in ipairs { "layout-ncol", "layout-nrow", "layout" } do attributes[name] = nil end
  local result = pandoc.List {}
  if given then
    local read = pandoc.json.decode(given, false)
    if type(read) ~= "table" then fail("Unreadable layout", given, '"[70,30]" or "[[1,1],[1]]"', "a list of widths") end
    result:extend(type(read[1]) == "table" and read or { read })
    for _, row in ipairs(result) do
      for _, width in ipairs(row) do
        if type(width) ~= "number" or width <= 0 then
          fail("Unsupported layout", given, "widths above zero", "leave out empty columns and other units")
        end
      end
    end
  else
    local n = tonumber(columns) or math.ceil(count / tonumber(rows or "1"))
    local row = {}
    for i = 1, n do row[i] = 1 end
    result:insert(row)
  end
  return result
end

local function columns_of(content, attributes, classes)
  local cells = pandoc.List {}
  for _, block in ipairs(content) do
    -- two outputs of one cell stand in one wrapper each; empty wrappers take no column
    if not (block.t == "Div" and #block.content == 0) then cells:insert(block) end
  end
  local rows = layout_rows(attributes, #cells)
  local result = pandoc.Blocks {}
  if is_html then result:insert(raw('<div class="' .. table.concat(classes, " ") .. '">')) end
  local next_cell, number = 1, 1
  while next_cell <= #cells do
    local widths = rows[math.min(number, #rows)]
    local shares = pandoc.List(widths):map(function(width) return width .. "fr" end)
    result:insert(raw(is_html and '<div class="quarto-layout-row" style="--columns:' .. table.concat(shares, " ") .. '">'
      or "#grid(columns: (" .. table.concat(shares, ", ") .. ",), gutter: 1em,"))
    for i = next_cell, math.min(next_cell + #widths - 1, #cells) do
      result:insert(raw(is_html and '<div class="quarto-layout-cell">' or "["))
      result:insert(cells[i])
      result:insert(raw(is_html and "</div>" or "],"))
    end
    result:insert(raw(is_html and "</div>" or ")"))
    next_cell, number = next_cell + #widths, number + 1
  end
  if is_html then result:insert(raw("</div>")) end
  return result
end

local function split_caption(div)
  local content, caption = pandoc.Blocks {}, nil
  for _, block in ipairs(div.content) do
    if block.t == "Div" and block.classes:includes("float-caption") then
      caption = pandoc.utils.blocks_to_inlines(block.content, { pandoc.Space() })
    else
      content:insert(block)
    end
  end
  return content, caption
end

local function float_html(div, content, caption)
  local attributes, kind = div.attributes, div.attributes.kind
  local lead = ""
  if attributes.letter then
    lead = "(" .. attributes.letter .. ") "
  elseif attributes.number then
    lead = words[prefixes[kind]] .. "\u{a0}" .. attributes.number .. (caption and ": " or "")
  end
  local shown = pandoc.Blocks {}
  if caption or lead ~= "" then
    shown:insert(pandoc.Plain(pandoc.Inlines { inline('<figcaption>' .. lead) } .. (caption or {}) .. pandoc.Inlines { inline("</figcaption>") }))
  end
  local result = pandoc.Blocks { raw('<figure class="quarto-float quarto-float-' .. kind .. ' figure">') }
  if kind == "tbl" then result:extend(shown) end
  result:extend(content)
  if kind ~= "tbl" then result:extend(shown) end
  result:insert(raw("</figure>"))
  return pandoc.Div(result, pandoc.Attr(div.identifier, { "quarto-float", "quarto-figure" }))
end

local function float_typst(div, content, caption)
  local attributes, kind = div.attributes, div.attributes.kind
  local position = kind == "tbl" and "top" or "bottom"
  local result = pandoc.Blocks { raw("#figure([") }
  result:extend(content)
  result:insert(raw("],"))
  local numbering = 'kind: "quarto-float-' .. kind .. '", supplement: "' .. words[prefixes[kind]] .. '"'
  if attributes.alone then
    numbering = 'kind: "picture-alone", supplement: "' .. words[prefixes[kind]] .. '"'
  elseif attributes.letter or not attributes.number then
    numbering = 'kind: "press-part", supplement: none, numbering: none'
  end
  if caption or attributes.number then
    result:insert(pandoc.Plain(pandoc.Inlines { inline("caption: figure.caption(position: " .. position ..
      (caption and "" or ', separator: ""') .. ", [" .. (attributes.letter and "(" .. attributes.letter .. ") " or "")) } ..
      (caption or {}) .. pandoc.Inlines { inline("]),") }))
  end
  result:insert(raw(numbering .. ")" .. (div.identifier ~= "" and " <" .. div.identifier .. ">" or "")))
  return pandoc.Div(result, pandoc.Attr("", { "typst-float" })) -- one block, also in a layout
end

-- A table with a caption but without a label: the caption stands in the table; a PDF does not show it, as in Quarto.
local function plain_table(content, caption)
  if not is_html then return content end
  local text = caption and pandoc.write(pandoc.Pandoc { pandoc.Plain(caption) }, "html"):gsub("%s+$", "")
  return caption and content:walk {
    RawBlock = function(block)
      block.text = block.text:gsub("(<table[^>]*>)", function(tag) return tag .. "<caption>" .. text .. "</caption>" end, 1)
      return block
    end,
    Table = function(table)
      table.caption.long = { pandoc.Plain(caption) }
      return table
    end,
  } or content
end

local function render(div)
  local attributes = div.attributes
  local laid_out = is_layout(div)
  if div.classes:includes("float") then
    local content, caption = split_caption(div)
    if laid_out then content = columns_of(content, attributes, { "quarto-layout-panel" }) end
    if attributes.kind == "tbl" and not attributes.number and not attributes.letter then
      return plain_table(content, caption)
    end
    return (is_html and float_html or float_typst)(div, content, caption)
  elseif laid_out then
    div.classes:insert("quarto-layout-panel")
    return columns_of(div.content, attributes, div.classes)
  end
end

local function unwrap(div)
  if div.classes:includes("typst-float") then return div.content end
end

-- The list of sources stands last, under a heading of its own, where the author gave it no place.
local function place_sources(doc)
  local cites, placed = doc.meta.nocite ~= nil, false
  doc.blocks:walk {
    Cite = function() cites = true end,
    Div = function(div) placed = placed or div.identifier == "refs" end,
  }
  if not is_html or not doc.meta.bibliography or placed or not cites then return end
  local last = doc.blocks[#doc.blocks]
  if last and last.t == "Header" then
    last.level = 2
  else
    doc.blocks:insert(raw('<h2 id="references-title">' .. words["section-title-references"] .. "</h2>"))
  end
  doc.blocks:insert(pandoc.Div({}, pandoc.Attr("refs")))
end

local function whole(doc)
  doc.blocks = doc.blocks:walk { Image = fix_image }
  doc.blocks = doc.blocks:walk { Figure = from_figure, Table = from_table }
  doc.blocks = doc.blocks:walk { Div = from_div }
  doc.blocks = number_sections(doc.blocks)
  doc.blocks = doc.blocks:walk { traverse = "topdown", Div = number_float }
  doc.blocks = doc.blocks:walk { Para = formula, Plain = formula }
  doc.blocks = doc.blocks:walk { Cite = resolve }
  place_sources(doc)
  doc.blocks = doc.blocks:walk { Div = render }
  if is_html then
    doc.blocks = doc.blocks:walk { Para = lone_drawing, Plain = lone_drawing }:walk { Image = inline_drawing }
  else
    doc.blocks = doc.blocks:walk { Image = typst_image }:walk { Div = unwrap }
  end
  return doc
end

return { { Meta = read_meta }, { Pandoc = whole } }
