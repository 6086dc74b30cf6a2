-- job_submit/lua that asks the bank, as sites write it: LuaSocket, while slurmctld waits. It holds nothing, and lets in what
-- the bank can't be asked about. RIVAL_URL in slurmctld's environment is the bank's.
local http = require("socket.http")
local ltn12 = require("ltn12")

http.TIMEOUT = 5

function slurm_job_submit(job, partitions, uid)
	local cost = job.num_tasks * job.time_limit / 60
	local body = {}
	local asked = http.request({
		url = string.format("%s/can_submit_job/%.2f/%d/%s/", os.getenv("RIVAL_URL"), cost, uid, job.account or ""),
		headers = { Authorization = "Token benchmark" },
		sink = ltn12.sink.table(body),
	})
	if asked and string.find(table.concat(body), '"success":false', 1, true) then
		return slurm.ERROR
	end
	return slurm.SUCCESS
end

function slurm_job_modify(job, record, partitions, uid)
	return slurm.SUCCESS
end
