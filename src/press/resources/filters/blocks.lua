-- Fenced divs that Quarto gives a meaning: conditional content, callouts, tabsets, cells, pictures, page breaks.
-- Runs before floats.lua, so that headings that become titles of callouts and tabs are not numbered as sections.

local is_html = FORMAT:match("^html") ~= nil
local format = is_html and "html" or "typst"
local words = {}

local function fail(title, where, expected, hint)
  error("PRESS\31" .. title .. "\31" .. where .. "\31" .. expected .. "\31" .. hint .. "\31", 0)
end

local function raw(text)
  return pandoc.RawBlock(format, text)
end

-- A div of the page itself. A heading inside opens a section that ends inside; without the empty block Pandoc would take
-- the div for the section of a heading that comes first.
local function block(content, attributes)
  return pandoc.Div(pandoc.Blocks { raw("") } .. content, attributes)
end

local function escape(text)
  return (text:gsub("&", "&amp;"):gsub('"', "&quot;"):gsub("<", "&lt;"):gsub(">", "&gt;"))
end

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function read_words(meta)
  for key, value in pairs(meta["press-language"] or {}) do
    words[key] = pandoc.utils.stringify(value)
  end
end

-- As in Quarto, `pdf` means PDF by way of LaTeX, never Typst.
-- Conditional content ------------------------------------------------------------------------------------------------

local matching = is_html and { html = true, ["html:js"] = true } or { typst = true }

local function is_selected(div)
  local applies = nil
  for key, value in pairs(div.attributes) do
    if key == "when-format" then
      applies = matching[value] == true
    elseif key == "unless-format" then
      applies = matching[value] ~= true
    elseif key == "when-meta" or key == "unless-meta" or key == "when-profile" or key == "unless-profile" then
      fail("Unsupported condition", key, "when-format or unless-format", "render this document with Quarto itself")
    end
  end
  if applies == nil then applies = true end
  return applies
end

local function conditional(element)
  if element.classes:includes("content-visible") then
    return is_selected(element) and element.content or {}
  elseif element.classes:includes("content-hidden") then
    return is_selected(element) and {} or element.content
  end
end

-- Classes that would be lost in silence ------------------------------------------------------------------------------

local callouts = { note = true, tip = true, warning = true, important = true, caution = true }
local refused = { "^column%-", "^panel%-", "^callout%-", "^g%-col", "^landscape$", "^aside$", "^grid$", "^theorem$", "^proof$",
  "^remark$", "^solution$", "^hidden$", "^kbd$", "^appendix$", "^lightbox$", "^margin%-", "^embed%-", "^cell%-annotation$" }
local numbered = { lst = true, thm = true, lem = true, cor = true, prp = true, cnj = true, def = true, exm = true, exr = true,
  sol = true, rem = true, alg = true, nte = true, wrn = true, imp = true, cau = true, tip = true }

local function check_classes(element)
  local kind = element.identifier:match("^(%a+)%-")
  if numbered[kind] and (element.t ~= "Header") then
    fail("Unsupported reference", "#" .. element.identifier, "labels that begin with fig-, tbl-, sec- or eq-",
      "use another label, or render this document with Quarto itself")
  end
  for _, class in ipairs(element.classes) do
    if class:match("[{}=]") then
      fail("Attributes that do not close", class, "{.class key=value}, in braces", "close the braces")
    end
    local known = class == "panel-tabset" or callouts[class:match("^callout%-(.*)$") or ""]
    for _, pattern in ipairs(refused) do
      if class:match(pattern) and not known then
        fail("Unsupported class", "." .. class, "callout-note, -tip, -warning, -important or -caution, panel-tabset, columns",
          "write it another way, or render this document with Quarto itself")
      end
    end
  end
end

-- Callouts -----------------------------------------------------------------------------------------------------------

local colours = { note = "0758E5", tip = "00A047", warning = "EB9113", important = "CC1914", caution = "FC5300" }
local grounds = { note = "dae6fb", tip = "ccf1e3", warning = "fcefdc", important = "f7dddc", caution = "ffe5d0" }

local function callout_title(div)
  if div.attributes.title then
    local read = pandoc.read(div.attributes.title, "markdown").blocks
    return read[1] and read[1].content or pandoc.Inlines {}
  end
  local first = div.content[1]
  if first and first.t == "Header" then
    div.content:remove(1)
    return first.content
  end
  return pandoc.Inlines {}
end

local function callout_html(div, kind, title)
  local appearance = div.attributes.appearance or "default"
  local name = words["callout-" .. kind .. "-title"]
  local titled = #title > 0
  if not titled and appearance == "default" then title = pandoc.Inlines { pandoc.Str(name) } end
  local attributes = 'class="callout callout-style-' .. appearance .. " callout-" .. kind
  if div.attributes.icon == "false" or appearance == "minimal" then attributes = attributes .. " no-icon" end
  if div.identifier ~= "" then attributes = attributes .. '" id="' .. escape(div.identifier) end
  local result = pandoc.Blocks { raw("<div " .. attributes .. '">') }
  local folds = div.attributes.collapse ~= nil
  if folds then
    result:insert(raw(div.attributes.collapse == "true" and "<details><summary>" or "<details open><summary>"))
  end
  if #title > 0 then
    if titled then
      title:insert(1, pandoc.RawInline("html", '<span class="screen-reader-only">' .. escape(name) .. ": </span>"))
    end
    result:insert(raw('<div class="callout-header"><div class="callout-title-container">'))
    result:insert(pandoc.Plain(title))
    result:insert(raw("</div></div>"))
  elseif folds then
    result:insert(raw(escape(name)))
  end
  if folds then result:insert(raw("</summary>")) end
  result:insert(block(div.content, pandoc.Attr("", { "callout-body-container", "callout-body" })))
  result:insert(raw((folds and "</details>" or "") .. "</div>"))
  return result
end

local function callout_typst(div, kind, title)
  if #title == 0 then title = pandoc.Inlines { pandoc.Str(words["callout-" .. kind .. "-title"]) } end
  local result = pandoc.Blocks { raw("#callout(title: [") }
  result:insert(pandoc.Plain(title))
  result:insert(raw('], background_color: rgb("#' .. grounds[kind] .. '"), icon_color: rgb("#' .. colours[kind] ..
    '"), icon: none, body_background_color: white, body: ['))
  result:extend(div.content)
  result:insert(raw("])"))
  return result
end

local function callout(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match("^callout%-(.*)$")
    if kind and callouts[kind] then
      local title = callout_title(div)
      return (is_html and callout_html or callout_typst)(div, kind, title)
    end
  end
end

-- Tabsets ------------------------------------------------------------------------------------------------------------

local tabsets = 0

local function tabset(div)
  if not div.classes:includes("panel-tabset") then return nil end
  if not is_html then return div.content end
  tabsets = tabsets + 1
  local level = nil
  local tabs = pandoc.List {}
  for _, block in ipairs(div.content) do
    if block.t == "Header" then level = level or block.level end
    if block.t == "Header" and block.level == level then
      tabs:insert { title = block.content, content = pandoc.Blocks {} }
    elseif #tabs > 0 then
      tabs[#tabs].content:insert(block)
    else
      fail("Text before the first tab", "::: {.panel-tabset}", "a heading first", "put the text above the tabset")
    end
  end
  local result = pandoc.Blocks { raw('<div class="panel-tabset"><ul class="nav nav-tabs" role="tablist">') }
  for i, tab in ipairs(tabs) do
    local id = "tabset-" .. tabsets .. "-" .. i
    local state = i == 1 and 'class="nav-link active" aria-selected="true"' or 'class="nav-link" aria-selected="false"'
    result:insert(pandoc.Plain(pandoc.Inlines { pandoc.RawInline("html", '<li class="nav-item" role="presentation"><a ' ..
      state .. ' id="' .. id .. '-tab" role="tab" aria-controls="' .. id .. '" href="#' .. id .. '">') } ..
      tab.title .. pandoc.Inlines { pandoc.RawInline("html", "</a></li>") }))
  end
  result:insert(raw('</ul><div class="tab-content">'))
  for i, tab in ipairs(tabs) do
    local id = "tabset-" .. tabsets .. "-" .. i
    result:insert(block(tab.content, pandoc.Attr(id, { "tab-pane" },
      { { "role", "tabpanel" }, { "tabindex", "0" }, { "aria-labelledby", id .. "-tab" } })))
  end
  result:insert(raw("</div></div>"))
  return result
end

-- Cells: pictures, HTML tables, folded code --------------------------------------------------------------------------

local function read_file(path)
  local file = assert(io.open(path, "r"))
  local text = file:read("a")
  file:close()
  return text
end

local function check_references(cite)
  for _, citation in ipairs(cite.citations) do
    if numbered[citation.id:match("^(%a+)%-")] then
      fail("Unsupported reference", "@" .. citation.id, "@fig-, @tbl-, @sec- or @eq-", "refer to it by a link")
    end
  end
end

local function picture(div)
  if not div.classes:includes("cell-picture") then return nil end
  local source, alt = div.attributes.src, div.attributes.alt
  if not is_html then
    return raw("#picture(" .. quoted(source) .. ", alt: " .. quoted(alt) .. ")")
  elseif source:match("%.svg$") then
    local label = '<svg role="img" aria-label="' .. escape(alt) .. '" '
    return raw((read_file(source):gsub("^<svg ", function() return label end)))
  end
  return raw('<p><img src="' .. escape(source) .. '" alt="' .. escape(alt) .. '" class="img-fluid"></p>')
end

local cell_styles = {
  { "background%-color:%s*(#%x+)", "typst:fill", 'rgb("%s")' },
  { "^color:%s*(#%x+)", "typst:text:fill", 'rgb("%s")' },
  { ";%s*color:%s*(#%x+)", "typst:text:fill", 'rgb("%s")' },
  { "font%-weight:%s*(bold)", "typst:text:weight", '"%s"' },
  { "font%-style:%s*(italic)", "typst:text:style", '"%s"' },
}

local function dress_cell(cell)
  local style = cell.attributes.style or ""
  if cell.classes:includes("gt_group_heading") then cell.attributes["typst:text:weight"] = '"semibold"' end
  for _, rule in ipairs(cell_styles) do
    local value = style:match(rule[1])
    if value then cell.attributes[rule[2]] = rule[3]:format(value) end
  end
end

local function for_typst(table)
  local aligned = {}
  local function visit(rows, is_body)
    for _, row in ipairs(rows) do
      for i, cell in ipairs(row.cells) do
        dress_cell(cell)
        if is_body and not aligned[i] and cell.alignment ~= "AlignDefault" then aligned[i] = cell.alignment end
      end
    end
  end
  visit(table.head.rows, false)
  for _, row in ipairs(table.head.rows) do
    for _, cell in ipairs(row.cells) do cell.attributes["typst:text:weight"] = '"semibold"' end
  end
  for _, body in ipairs(table.bodies) do
    visit(body.head, false)
    visit(body.body, true)
  end
  for i, spec in ipairs(table.colspecs) do
    if aligned[i] then table.colspecs[i] = { aligned[i], spec[2] } end
  end
  if table.classes:includes("gt_table") then table.attributes["typst:text:size"] = "gt-size" end
  local notes = pandoc.Blocks {}
  for _, row in ipairs(table.foot.rows) do
    for _, cell in ipairs(row.cells) do
      for _, block in ipairs(cell.contents) do notes:insert(pandoc.Para(block.content)) end
    end
  end
  table.foot = pandoc.TableFoot {}
  local result = pandoc.Blocks { table }
  if #notes > 0 then
    result:insert(raw("#table-notes["))
    result:extend(notes)
    result:insert(raw("]"))
  end
  return result
end

local function html_output(div)
  if is_html or not div.classes:includes("output-html") then return nil end
  local result = pandoc.Blocks {}
  for _, block in ipairs(div.content) do
    local read = pandoc.read(block.text, "html").blocks:walk { Table = for_typst, Div = function(d) return d.content end }
    result:extend(read)
  end
  if #result == 0 then
    fail("HTML that a PDF cannot show", (div.content[1] and div.content[1].text or ""):sub(1, 80), "a table or text",
      'put the cell in ::: {.content-visible when-format="html"}')
  end
  return pandoc.Div(result)
end

-- A table that the author wrote in HTML is a real table in both formats, unless it asks to be left as it is.
local function raw_table(block)
  local kept = block.text:find('data-quarto-disable-processing="true"', 1, true)
  if not kept and block.format:match("^html") and block.text:match("<table.*</table>") then
    local result = pandoc.Blocks {}
    local before, inside, after = block.text:match("^(.-)(<table.*</table>)(.*)$")
    if is_html and before:match("%S") then result:insert(raw(before)) end
    result:extend(pandoc.read(inside, "html").blocks)
    if is_html and after:match("%S") then result:insert(raw(after)) end
    return result
  end
end

local function folded_code(block)
  check_classes(block)
  local annotated = block.text:match("[#/%%-]+%s*<%d+>%s*\n") or block.text:match("[#/%%-]+%s*<%d+>%s*$")
  if annotated then fail("Unsupported annotation of code", annotated:gsub("%s+$", ""), "code without # <1>", "tell it in the text") end
  local fold, name = block.attributes["code-fold"], block.attributes.filename
  if name and is_html then
    block.attributes.filename = nil
    return { raw('<div class="code-with-filename"><pre><strong>' .. escape(name) .. "</strong></pre>"), block, raw("</div>") }
  end
  if not fold then return nil end
  local summary = block.attributes["code-summary"]
  if summary == nil or summary == "" then summary = words["code-summary"] end
  block.attributes["code-fold"], block.attributes["code-summary"] = nil, nil
  if not is_html or fold == "false" then return block end
  local opens = fold == "show" and "<details open" or "<details"
  return { raw(opens .. ' class="code-fold"><summary>' .. escape(summary) .. "</summary>"), block, raw("</details>") }
end

local function pagebreak(div)
  if not div.classes:includes("pagebreak") then return nil end
  return raw(is_html and '<div class="pagebreak"></div>' or "#pagebreak(weak: true)")
end

local function block_div(div)
  local chosen = conditional(div)
  if chosen then return chosen end
  check_classes(div)
  return callout(div) or tabset(div) or picture(div) or html_output(div) or pagebreak(div)
end

local function inline_math(math)
  if math.mathtype == "InlineMath" then
    fail("Formula inside a sentence", "$" .. math.text .. "$", "a displayed formula with alt=, or words",
      "formulas inside a sentence have no text alternative in the PDF")
  end
end

return {
  { Meta = read_words },
  -- top down: content that is left out is never looked at
  { traverse = "topdown", RawBlock = raw_table, Div = function(div)
      if div.classes:includes("output-html") then return div, false end
      local chosen = conditional(div)
      if chosen then return chosen end
    end, Span = conditional },
  { Div = block_div, CodeBlock = folded_code, Math = inline_math, Span = check_classes,
    Header = check_classes, Image = check_classes, Cite = check_references },
}
