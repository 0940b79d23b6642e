using System.Net;
using Esoz.BulkExport;
using Esoz.BulkExport.Building;
using Esoz.OperatorConsole;
using Esoz.Platform.Audit;
using Esoz.Tests.Platform.Audit;
using Esoz.Tests.SignIn.Browser;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Actions that go on in the background: building and verifying snapshots, verifying the logs.</summary>
public sealed class ActionScreensTests(Registry registry, Chromium chromium) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ConsoleActionTable Actions => new(registry.Database);

    [Fact(DisplayName = "A snapshot is built and verified from the screen, which says how it ended, also after a restart; the audit log has the user")]
    public async Task Snapshots()
    {
        var user = await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct);
        using var browser = await user.SignIn(registry);

        await Run(browser, SnapshotList.Build, "divisions");
        var built = await Ended(ConsoleActionKind.SnapshotBuild, user);
        Assert.Equal(ConsoleActionEndState.Good, built.EndState);
        await Run(browser, SnapshotList.Verify, "divisions");
        var verified = await Ended(ConsoleActionKind.SnapshotVerify, user);

        Assert.Equal(ConsoleActionEndState.Good, verified.EndState);
        Assert.Equal("divisions", Assert.Single(verified.ReportAs<VerificationReport>()!.Snapshots).Resource);
        var page = await browser.Get(SnapshotList.Path);
        Assert.Contains("Завершено, все гаразд", page.Text, StringComparison.Ordinal);
        Assert.Contains("Перевірені знімки", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-live", page.Html, StringComparison.Ordinal);
        Assert.Contains("divisions: rows in the window from a day on", (await browser.Get(SnapshotList.Path + "?resource=divisions&lang=en")).Text,
            StringComparison.Ordinal);
        Assert.Contains("Finished, all is well", (await browser.Get(SnapshotList.Path + "?lang=en")).Text, StringComparison.Ordinal);
        await HoldRecorded(user, built, verified);
    }

    [Fact(DisplayName = "An action that runs is not begun a second time; one whose process has ended is shown as interrupted")]
    public async Task OnceAtATime()
    {
        var user = await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct);
        using var browser = await user.SignIn(registry);
        var id = Guid.Empty;
        await using (await Actions.TryLock(ConsoleActionKind.SnapshotVerify, Ct))
        {
            id = await Actions.Begin(ConsoleActionKind.SnapshotVerify, user.User, Ct);
            await Actions.Tell(id, [new("employees", 3, 8)], Ct);
            var running = await browser.Get(SnapshotList.Path);
            Assert.Contains("data-live=\"true\"", running.Html, StringComparison.Ordinal);
            Assert.Contains("<progress value=\"3\" max=\"8\">", running.Html, StringComparison.Ordinal);
            var second = await browser.PostTo(SnapshotList.Path + "/run", ("form_token", running.FormToken), ("do", SnapshotList.Verify));
            Assert.Equal(HttpStatusCode.Conflict, second.Status);
            Assert.Contains("двічі одночасно не запускається", second.Text, StringComparison.Ordinal);
            Assert.Equal(id, (await Actions.Last(ConsoleActionKind.SnapshotVerify, Ct))!.Id);
        }

        var page = await browser.Get(SnapshotList.Path);

        Assert.Contains("Перервано", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-live", page.Html, StringComparison.Ordinal);
        await Run(browser, SnapshotList.Verify, "divisions");
        await Ended(ConsoleActionKind.SnapshotVerify, user);
        Assert.Equal(ConsoleActionEndState.Interrupted,
            await registry.Scalar<string>("SELECT end_state FROM console_actions WHERE id = $1", id));
    }

    [Fact(DisplayName = "While somebody builds a resource the action fails and says so, and nothing is built twice")]
    public async Task BuiltElsewhere()
    {
        var user = await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct);
        using var browser = await user.SignIn(registry);
        var resource = BulkResources.All.Single(it => it.Name == "parties");
        await using (await BuildLock.Take(registry.Database, [resource], Ct))
        {
            await Run(browser, SnapshotList.Build, resource.Name);
            Assert.Equal(ConsoleActionEndState.Failed, (await Ended(ConsoleActionKind.SnapshotBuild, user)).EndState);
        }

        Assert.Contains("Somebody else is building", (await browser.Get(SnapshotList.Path)).Text, StringComparison.Ordinal);
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM bulk_generations WHERE resource = 'parties'"));
    }

    [Fact(DisplayName = "The logs are verified from the screen, with the chain, the anchors and the findings; the audit log has the user")]
    public async Task Seals()
    {
        await registry.Services.GetRequiredService<SealAudit>().Run(Ct);
        var user = await Operator.Make(registry, ConsoleRole.AuditRead);
        using var browser = await user.SignIn(registry);
        var shown = await browser.Get(SealView.Path);
        Assert.Contains(registry.Settings.Audit.AnchorDirectory, shown.Text, StringComparison.Ordinal);

        Assert.Equal(SealView.Path, (await browser.PostTo(SealView.Path + "/verify", ("form_token", shown.FormToken))).Location);
        var verified = await Ended(ConsoleActionKind.AuditVerify, user);

        Assert.Equal(ConsoleActionEndState.Good, verified.EndState);
        Assert.True(verified.ReportAs<AuditReport>()!.Logs.Single(log => log.Log == "audit_log").Rows > 0);
        Assert.Contains("Незмінних рядків", (await browser.Get(SealView.Path)).Text, StringComparison.Ordinal);
        Assert.Contains("Rows untouched", (await browser.Get(SealView.Path + "?lang=en")).Text, StringComparison.Ordinal);
        await HoldRecorded(user, verified);

        var row = await registry.Scalar<Guid>("SELECT id FROM audit_log ORDER BY inserted_at, id LIMIT 1");
        await SealedRegistry.Tamper(registry, $"UPDATE audit_log SET actor_id = 'f' WHERE id = '{row}'");
        await browser.PostTo(SealView.Path + "/verify", ("form_token", shown.FormToken));
        await Eventually.Holds(async () => (await Actions.Last(ConsoleActionKind.AuditVerify, Ct))!.Id != verified.Id);
        Assert.Equal(ConsoleActionEndState.Findings, (await Ended(ConsoleActionKind.AuditVerify, user)).EndState);
        Assert.Contains($"row {row}: was changed", (await browser.Get(SealView.Path)).Text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "An action that runs when the program stops has ended as interrupted, and the next one can be begun")]
    public async Task Stopped()
    {
        var user = await Operator.Make(registry, ConsoleRole.OpsRead);
        var begun = new TaskCompletionSource();
        Assert.True(await registry.Services.GetRequiredService<BackgroundActions>().TryStart(
            ConsoleActionKind.SnapshotBuild, registry.Database.By(user.User, " r#1 127.0.0.1"), user.User, async (_, stop) =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, stop);
                return new(ConsoleActionEndState.Good, null);
            }, Ct));
        await Eventually.Ends(begun.Task);

        await registry.StopServer();
        await registry.StartServer();

        Assert.Equal(ConsoleActionEndState.Interrupted, (await Ended(ConsoleActionKind.SnapshotBuild, user)).EndState);
        using var browser = await user.SignIn(registry);
        Assert.Contains("Перервано", (await browser.Get(SnapshotList.Path)).Text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Without the role, the token of the form or the password nothing is begun")]
    public async Task Closed()
    {
        var user = await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct, ConsoleRole.AuditRead);
        using var browser = await user.SignIn(registry);
        using var reader = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);
        var (token, foreign) = ((await browser.Get("/console")).FormToken, (await reader.Get("/console")).FormToken);
        await registry.Execute("UPDATE console_sessions SET confirmed_at = now() - interval '6 minutes' WHERE user_id = $1", user.User);
        foreach (var (path, name) in new[] { (SnapshotList.Path + "/run", SnapshotList.Verify), (SealView.Path + "/verify", "") })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostTo(path, ("form_token", foreign), ("do", name))).Status);
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostTo(path, ("form_token", foreign), ("do", name))).Status);
            var refused = await browser.PostTo(path, ("form_token", token), ("do", name));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.Contains("Уведіть пароль", refused.Text, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("/run", (await reader.Get(SnapshotList.Path)).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.Get(SealView.Path)).Status);
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM console_actions WHERE user_id = $1", user.User));
    }

    [Fact(DisplayName = "In a browser the screen shows by itself that an action has ended; without JavaScript by loading it again")]
    public async Task Live()
    {
        var user = await Operator.Make(registry, ConsoleRole.OpsRead);
        await using var context = await chromium.Open();
        await using var still = await chromium.Open(withScript: false);
        var held = await Actions.TryLock(ConsoleActionKind.SnapshotBuild, Ct);
        var id = await Actions.Begin(ConsoleActionKind.SnapshotBuild, user.User, Ct);
        var page = await user.Open(context, registry, SnapshotList.Path);
        var plain = await user.Open(still, registry, SnapshotList.Path);
        await Assertions.Expect(page.Locator("#build")).ToContainTextAsync("Триває");
        await Actions.Tell(id, [new("employees", 3, 8)], Ct);
        await Assertions.Expect(page.Locator("#build progress")).ToHaveAttributeAsync("value", "3");
        await Chromium.HoldAccessible(page);

        await Actions.Finish(id, new(ConsoleActionEndState.Good, FindingsReport.Of([])), Ct);
        await held!.DisposeAsync();

        await Assertions.Expect(page.Locator("#build")).ToContainTextAsync("Завершено, все гаразд");
        await Assertions.Expect(plain.Locator("#build")).ToContainTextAsync("Триває");
        await plain.GetByRole(AriaRole.Link, new() { Name = "Оновити" }).ClickAsync();
        await Assertions.Expect(plain.Locator("#build")).ToContainTextAsync("Завершено, все гаразд");
    }

    private static async Task Run(FormBrowser browser, string action, string resource)
    {
        var page = await browser.Get(SnapshotList.Path);
        var answer = await browser.PostTo(
            SnapshotList.Path + "/run", ("form_token", page.FormToken), ("do", action), ("resource", resource));
        Assert.Equal(SnapshotList.Path, answer.Location);
    }

    /// <summary>The last action of a kind, when it has ended and the next one may begin.</summary>
    private async Task<ConsoleAction> Ended(string kind, Operator user)
    {
        ConsoleAction? last = null;
        await Eventually.Holds(async () => (last = await Actions.Last(kind, Ct))?.FinishedAt is not null);
        Assert.Equal(user.User, last!.UserId);
        await Eventually.Holds(async () => await registry.Scalar<long>("""
            SELECT count(*) FROM pg_locks
             WHERE locktype = 'advisory' AND classid = hashtext('esoz.console')::oid AND objid = hashtext($1)::oid
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """, kind) == 0);
        return last;
    }

    /// <summary>Beginning and end of the actions are the user's, and how far they were is not recorded.</summary>
    private async Task HoldRecorded(Operator user, params ConsoleAction[] actions)
    {
        foreach (var action in actions)
        {
            Assert.Equal(2L, await registry.Scalar<long>("""
                SELECT count(*) FROM audit_log
                 WHERE resource = 'console_actions' AND resource_id = $1 AND actor_id = $2 AND request_id IS NOT NULL
                   AND NOT changeset ? 'progress'
                """, action.Id.ToString(), user.User.ToString()));
        }
    }
}
