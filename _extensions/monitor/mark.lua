-- The mark of example figures on a web page: a banner at its top, and a request to search engines to leave it alone.
-- In PDFs the template prints it in the header of each page. Without `mark` in the metadata nothing is added.
-- A page also carries who publishes it and under which licence its figures are, for whoever takes one along.

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

local function told(meta, key)
  return meta[key] and pandoc.utils.stringify(meta[key]):gsub("&", "&amp;"):gsub('"', "&quot;"):gsub("<", "&lt;") or ""
end

function Meta(meta)
  if not FORMAT:match("html") then return nil end
  for _, each in ipairs { { "publisher", "dcterms.publisher" }, { "figures-licence", "dcterms.license" } } do
    local text = told(meta, each[1])
    if text ~= "" then append(meta, "header-includes", '<meta name="' .. each[2] .. '" content="' .. text .. '">') end
  end
  local mark = told(meta, "mark")
  if mark == "" then return meta end
  append(meta, "header-includes", '<meta name="robots" content="noindex">')
  append(meta, "include-before", '<div class="monitor-mark" role="note" data-pagefind-ignore=""><p>' .. mark .. "</p></div>")
  return meta
end
