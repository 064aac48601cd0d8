-- The rows of a chart or a table come out of its cell as a second output. They stand below the figure, not inside it,
-- and on the web only. Runs before anything else, while cells are as the kernel left them.

local function is_rows(block)
  return block.t == "RawBlock" and block.format == "html" and block.text:match('class="figure%-rows"') ~= nil
end

function Div(div)
  if not div.classes:includes("cell") then return nil end
  local rows = pandoc.Blocks {}
  local cell = div:walk {
    Div = function(output)
      if not output.classes:includes("cell-output") or not output.content:find_if(is_rows) then return nil end
      rows:extend(output.content:filter(is_rows))
      return {}
    end,
  }
  if #rows == 0 then return nil end
  return FORMAT:match("html") and pandoc.Blocks { cell, table.unpack(rows) } or cell
end
