-- The mark of example figures on a web page: a banner at its top, and a request to search engines to leave it alone.
-- In PDFs the template prints it in the header of each page. Without `mark` in the metadata nothing is added.

local function append(meta, key, html)
  local block = pandoc.Blocks { pandoc.RawBlock("html", html) }
  local given = meta[key]
  if given == nil then
    meta[key] = pandoc.MetaList { block }
  elseif pandoc.utils.type(given) == "List" then
    given:insert(block)
    meta[key] = given
  else
    meta[key] = pandoc.MetaList { given, block }
  end
end

function Meta(meta)
  local mark = meta.mark and pandoc.utils.stringify(meta.mark) or ""
  if mark == "" or not FORMAT:match("html") then return nil end
  local text = mark:gsub("&", "&amp;"):gsub("<", "&lt;")
  append(meta, "header-includes", '<meta name="robots" content="noindex">')
  append(meta, "include-before", '<div class="monitor-mark" role="note" data-pagefind-ignore=""><p>' .. text .. "</p></div>")
  return meta
end
