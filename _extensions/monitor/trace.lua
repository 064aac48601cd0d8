-- A number in prose that is tied to its row leads to a note that explains it, at the end of the page: what it counts, of
-- whom, how many answered, its margin, where it stands. A script shows the note where the reader is; without it, and on
-- paper from the browser, the notes are a list. In PDFs the number stands alone.

local seen, notes = {}, {}

local function escape(text)
  return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub('"', "&quot;"))
end

local function line(name, html)
  return html ~= "" and "<dt>" .. name .. "</dt><dd>" .. html .. "</dd>" or ""
end

local function note(number, about, data)
  local links = {}
  for anchor in (about.questions or ""):gmatch("%S+") do
    links[#links + 1] = '<a href="/report/codebook.qmd#' .. escape(anchor) .. '">vraag ' .. (#links + 1) .. "</a>"
  end
  local row = "<code>" .. escape(about.row) .. "</code>"
  if data ~= "" then row = row .. ', in het <a href="' .. escape(data) .. '">gegevensbestand</a> (csv)' end
  local name, margin = (about.margin or ""):match("^(.-): (.*)$")
  return '<li class="figure-note" id="cijfer-' .. number .. '" data-row="' .. escape(about.row) .. '">'
    .. "<p><strong>" .. escape(about.label or about.row) .. ": " .. escape(about.shown) .. "</strong></p><dl>"
    .. line("Van wie", escape(about.base or ""))
    .. line("Antwoorden", escape(about.n))
    .. line(name and name:gsub("^%l", string.upper) or "", escape(margin or ""))
    .. line("Gevraagd in", escape(about.waves or ""))
    .. line("Codeboek", table.concat(links, ", "))
    .. line("Rij", row) .. "</dl></li>"
end

local function tie(span, data)
  local about = {}
  for key, value in pairs(span.attributes) do about[key:gsub("^data%-", "")] = value end
  local number = seen[about.row]
  if not number then
    number = #notes + 1
    seen[about.row], notes[number] = number, note(number, about, data)
  end
  local attributes = pandoc.Attr("", { "figure-link" }, { { "data-row", about.row }, { "role", "doc-noteref" } })
  return pandoc.Link(span.content, "#cijfer-" .. number, "", attributes)
end

function Pandoc(doc)
  local html, own = FORMAT:match("html"), doc.meta["data-file"]
  local data = own and pandoc.utils.stringify(own) or ""
  doc = doc:walk {
    Span = function(span)
      if not span.classes:includes("figure-link") then return nil end
      return html and tie(span, data) or span.content
    end,
  }
  if #notes > 0 then
    doc.blocks:insert(pandoc.RawBlock("html", '<details class="figure-notes" data-pagefind-ignore><summary>Uitleg bij de cijfers in de tekst'
      .. '</summary><ol>' .. table.concat(notes, "\n") .. "</ol></details>"))
  end
  return doc
end
