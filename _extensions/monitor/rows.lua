-- The rows of a chart or a table come with it out of its cell: as an attribute of the picture, or behind the table. They
-- stand below the figure, not inside it, and on the web only. Runs first, while cells are as the kernel left them.

local function rows_of(cell)
  local rows = pandoc.Blocks {}
  local rest = cell:walk {
    Image = function(image)
      local own = image.attributes.rows
      if not own then return nil end
      rows:insert(pandoc.RawBlock("html", (own:gsub("'", '"'))))
      image.attributes.rows = nil
      return image
    end,
    RawBlock = function(block)
      local from, to = block.text:find('<details class="figure%-rows".-</details>')
      if not from then return nil end
      rows:insert(pandoc.RawBlock("html", block.text:sub(from, to)))
      return pandoc.RawBlock(block.format, block.text:sub(1, from - 1) .. block.text:sub(to + 1))
    end,
  }
  return rows, rest
end

function Div(div)
  if not div.classes:includes("cell") then return nil end
  local rows, rest = rows_of(div)
  if #rows == 0 then return nil end
  return FORMAT:match("html") and pandoc.Blocks { rest, table.unpack(rows) } or rest
end
