-- taki's influence rule (domain.md 5.4, 6.4) over the tables of the DuckDB job: a second implementation to compare with. Beside that job's
-- own rule: open deals count until as_of, windows are business days, a member row that repeats an earlier response is one touch.
CREATE TABLE it AS SELECT m.gid, cid, d FROM act JOIN mma m ON m.id = act.leadId WHERE cid IS NOT NULL AND ty IN (2, 3, 11, 104);
CREATE TABLE ir AS SELECT m.gid, cid, min(d) AS d FROM act JOIN mma m ON m.id = act.leadId WHERE cid IS NOT NULL AND ty IN (2, 104) GROUP BY ALL;
INSERT INTO it SELECT m.gid, CampaignId, FirstRespondedDate FROM cm JOIN mma m ON m.id = cm.LeadId LEFT JOIN ir ON ir.gid = m.gid AND ir.cid = cm.CampaignId WHERE HasResponded AND (ir.d IS NULL OR ir.d::DATE > FirstRespondedDate::DATE + 1);
--print influence
SELECT count(*), sum(Amount) FILTER (IsWon) FROM (SELECT DISTINCT t.cid, op.Id, op.Amount, op.IsWon FROM op JOIN oc ON oc.oid = op.Id JOIN it t USING (gid) WHERE t.d::DATE >= op.CreatedDate::DATE - 365 AND (NOT op.IsClosed OR t.d < op.CloseDate + INTERVAL 1 DAY));
