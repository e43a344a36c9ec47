-- Drives the server as a person at the editor would, and writes down what was seen.
local told = {}

local function finish()
  local file = io.open(vim.env.TOLD, "w")
  file:write(vim.json.encode(told))
  file:close()
  vim.cmd("qa!")
end

local function wait(what, ready, seconds)
  if not vim.wait((seconds or 60) * 1000, ready, 50) then
    error("waited in vain for " .. what)
  end
end

local function work()
  vim.bo.filetype = "python"
  local id = vim.lsp.start_client({
    name = "codeflash",
    cmd = vim.json.decode(vim.env.SERVER),
    root_dir = vim.env.FOLDER,
    init_options = { delay = 50, budget = tonumber(vim.env.BUDGET or "60") },
    handlers = { ["window/showMessage"] = function() end },
  })
  vim.lsp.buf_attach_client(0, id)
  local client = vim.lsp.get_client_by_id(id)
  local document = vim.lsp.util.make_text_document_params()

  local function ask(method, params, seconds)
    local answer, problem = client.request_sync(method, params, (seconds or 30) * 1000, 0)
    if not answer or answer.err then
      error(method .. ": " .. vim.inspect(answer and answer.err or problem))
    end
    return answer.result
  end

  wait("diagnostics", function() return #vim.diagnostic.get(0) > 0 end)
  told.diagnostics = vim.tbl_map(function(each) return each.user_data and each.user_data.lsp.code or each.code end, vim.diagnostic.get(0))

  local function lenses()
    return vim.tbl_map(function(lens) return lens.command.title end, ask("textDocument/codeLens", { textDocument = document }))
  end
  told.lenses = lenses()

  -- The cursor on the finding.
  vim.api.nvim_win_set_cursor(0, { vim.diagnostic.get(0)[1].lnum + 1, 4 })
  local params = vim.lsp.util.make_range_params()
  params.context = { diagnostics = {} }
  told.actions = vim.tbl_map(function(action) return action.title end, ask("textDocument/codeAction", params))

  local function edit_elsewhere()
    vim.cmd([[%s/return sum(prices)/return sum(prices) + 0/]])
    vim.cmd("write")
  end
  if vim.env.BUDGET then
    local answer
    client.request("codeflash/optimize", { textDocument = document, ["function"] = "distinct" }, function(problem, result)
      answer = problem and { problem = problem } or result
    end, 0)
    wait("the run's beginning", function() return vim.tbl_contains(lenses(), "Optimizing…") end)
    edit_elsewhere()
    wait("the run", function() return answer ~= nil end, 200)
    told.answer = answer
  else
    edit_elsewhere()
  end
  told.lenses_after = lenses()
  told.hover = ask("textDocument/hover", { textDocument = document, position = { line = 5, character = 6 } }).contents.value

  if not vim.env.BUDGET then
    -- The action is chosen as a person chooses it.
    vim.ui.select = function(items, _, chosen)
      for index, item in ipairs(items) do
        local action = item[2] or item
        if vim.startswith(action.title, "Apply the proven version") then
          return chosen(item, index)
        end
      end
      error("there is no such action")
    end
    vim.api.nvim_win_set_cursor(0, { 9, 4 })
    local count = vim.api.nvim_buf_get_changedtick(0)
    vim.lsp.buf.code_action()
    wait("the edit", function() return vim.api.nvim_buf_get_changedtick(0) > count end)
    vim.cmd("write")
    told.lenses_applied = lenses()
  end
  client.stop()
  wait("the server's end", function() return client.is_stopped() end, 30)
end

local done, problem = pcall(work)
if not done then
  told.error = tostring(problem)
end
finish()
