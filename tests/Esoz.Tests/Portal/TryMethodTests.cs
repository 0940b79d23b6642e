using System.Net;
using System.Text.Json.Nodes;
using Esoz.Portal;
using Esoz.Sandbox.Demo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Esoz.Tests.Portal;

/// <summary>Requests that the portal of a sandbox sends.</summary>
public sealed class TryMethodTests(PortalSandbox sandbox, Chromium chromium) : IClassFixture<PortalSandbox>
{
    [Fact(DisplayName = "A prepared refusal is sent, shown with its answer, and its check is marked; the request can be explained from there")]
    public async Task Refusal()
    {
        await sandbox.Demo();
        // axe is a script itself.
        await using var context = await chromium.Open("en-GB");
        var page = await Open(context, "/docs/methods/deactivateEmployeeRole");

        await page.GetByRole(AriaRole.Button, new() { Name = "the role is INACTIVE already" }).ClickAsync();

        Assert.Contains("INACTIVE employee role cannot be DEACTIVATED", await page.Locator("#answer").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer $CLINIC_OWNER", await page.Locator("#answer").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("status of the role is ACTIVE", await page.Locator(".step.answered").InnerTextAsync(), StringComparison.Ordinal);
        await Chromium.HoldAccessible(page);
        var id = await page.Locator("input[name=request_id]").InputValueAsync();
        await Eventually.Holds(async () => await sandbox.Scalar<long>("SELECT count(*) FROM access_journal WHERE request_id = $1", id) > 0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain this request" }).ClickAsync();
        await page.GetByText("refused:").WaitForAsync();
        Assert.Contains("status of the role is ACTIVE", await page.Locator(".step.failed").InnerTextAsync(), StringComparison.Ordinal);
        await Chromium.HoldAccessible(page);
    }

    [Fact(DisplayName = "Without scripts, a request of one's own is sent on behalf of the chosen caller, with its parameters and body")]
    public async Task Own()
    {
        await sandbox.Demo();
        await using var context = await chromium.Open("en-GB", withScript: false);
        var page = await Open(context, "/docs/methods/getEmployeeRole");

        await page.GetByText("Write your own request").ClickAsync();
        await page.GetByLabel("On behalf of").SelectOptionAsync("clinic");
        await page.GetByLabel("id path").FillAsync(DemoIds.HospitalRole.ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        Assert.Contains($"GET /api/employee_roles/{DemoIds.HospitalRole}", await page.Locator("#answer").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("\"code\": 403", await page.Locator("#answer").InnerTextAsync(), StringComparison.Ordinal);

        await page.GotoAsync(new Uri(sandbox.Url, "/docs/methods/createContractEmployee").ToString());
        await page.GetByText("Write your own request").ClickAsync();
        await page.GetByLabel("Body, JSON").FillAsync("{\"staff_units\": 1}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        Assert.Contains("\"entry\": \"$.employee_id\"", await page.Locator("#answer").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("{\"staff_units\": 1}", (await page.Locator("#body").InputValueAsync()).Trim());
    }

    [Fact(DisplayName = "Every prepared refusal is answered by the check at which the portal offers it")]
    public async Task Refusals()
    {
        var demo = await sandbox.Demo();
        var reference = sandbox.Services.GetRequiredService<Reference>();
        foreach (var call in demo.Calls)
        {
            var method = reference.Find(call.MethodId)!;
            var answer = await sandbox.Send(method.Card.Verb, call.Path, null, call.Body, [.. call.Headers]);
            if (call.Status < 400)
                continue;
            Assert.True(answer.Status == call.Status, $"{method.Operation}, {call.Shows}: {answer.Text}");
            var error = JsonNode.Parse(answer.Text)!["error"]!;
            var offered = method.Checks.FirstOrDefault(call.IsRefusedBy);
            Assert.True(offered is not null, $"{method.Operation}, {call.Shows}: no check {call.Rule}");
            var answered = method.Checks.First(check => check.Answered(answer.Status, error));
            Assert.True(call.IsRefusedBy(answered), $"{method.Operation}, {call.Shows}: {call.Rule}, but {answered.Stage} {answered.Number}");
        }
    }

    [Fact(DisplayName = "A form without the token of the browser is not sent: another site cannot act here")]
    public async Task Forged()
    {
        await sandbox.Demo();
        using var form = new FormUrlEncodedContent([new("example", "0"), new("visit", "guessed")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/docs/methods/deactivateEmployeeRole/try") { Content = form };
        request.Headers.Add("Cookie", "esoz-portal=another");
        using var answer = await sandbox.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private async Task<IPage> Open(IBrowserContext context, string address)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(sandbox.Url, address).ToString());
        return page;
    }
}
