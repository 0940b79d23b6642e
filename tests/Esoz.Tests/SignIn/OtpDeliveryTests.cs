using System.Text.Json;
using Esoz.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Esoz.Tests.SignIn;

/// <summary>Codes by an SMS gateway (sign-in §7).</summary>
public sealed class OtpDeliveryTests
{
    private static readonly Guid User = Guid.NewGuid();

    [Fact(DisplayName = "The gateway gets number and text as JSON, with its token; a refusal or no answer is told, and neither number nor code is logged")]
    public async Task Http()
    {
        var ct = TestContext.Current.CancellationToken;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var gateway = builder.Build();
        var status = 202;
        (string? Authorization, string? Body) got = default;
        gateway.MapPost("/send", async (HttpContext http) =>
        {
            using var reader = new StreamReader(http.Request.Body);
            got = (http.Request.Headers.Authorization, await reader.ReadToEndAsync(ct));
            return Results.StatusCode(status);
        });
        gateway.Urls.Add("http://127.0.0.1:0");
        await gateway.StartAsync(ct);
        using var log = new LogLines();
        using var delivery = Delivery(log, new()
        {
            ["OTP_DELIVERY"] = "http",
            ["OTP_GATEWAY_URL"] = $"{gateway.Urls.Single()}/send",
            ["OTP_GATEWAY_TOKEN"] = "gateway-secret",
            ["OTP_SMS_TEMPLATE"] = "Esoz: <otp.code>",
        });

        Assert.True(await delivery.Send(User, "+380671234567", "428571", ct));
        Assert.Equal("Bearer gateway-secret", got.Authorization);
        var sent = JsonDocument.Parse(got.Body!).RootElement;
        Assert.Equal(["phone_number", "body"], sent.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("+380671234567", "Esoz: 428571"), (sent.GetProperty("phone_number").GetString(), sent.GetProperty("body").GetString()));
        status = 500;
        Assert.False(await delivery.Send(User, "+380671234567", "428571", ct));
        await gateway.StopAsync(ct);
        Assert.False(await delivery.Send(User, "+380671234567", "428571", ct));
        Assert.Equal(2, log.Lines.Count);
        Assert.All(log.Lines, line => Assert.Contains(User.ToString(), line, StringComparison.Ordinal));
        Assert.All(log.Lines, line => Assert.DoesNotMatch("428571|67123|gateway-secret", line));
    }

    [Fact(DisplayName = "A redirect of the gateway is not followed: number and code go nowhere that the settings do not name")]
    public async Task Redirected()
    {
        var ct = TestContext.Current.CancellationToken;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var gateway = builder.Build();
        var elsewhere = 0;
        gateway.MapPost("/send", () => Results.Redirect("/elsewhere", preserveMethod: true));
        gateway.MapPost("/elsewhere", () => Interlocked.Increment(ref elsewhere));
        gateway.Urls.Add("http://127.0.0.1:0");
        await gateway.StartAsync(ct);
        using var log = new LogLines();
        using var delivery = Delivery(log, new() { ["OTP_DELIVERY"] = "http", ["OTP_GATEWAY_URL"] = $"{gateway.Urls.Single()}/send" });

        Assert.False(await delivery.Send(User, "+380671234567", "428571", ct));

        Assert.Equal(0, elsewhere);
        Assert.Contains("refused", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Without a gateway a sandbox logs the code; production sends none and says what to set")]
    public async Task Log()
    {
        var ct = TestContext.Current.CancellationToken;
        using var log = new LogLines();
        using var sandbox = Delivery(log, []);
        using var production = new OtpDelivery(Options([]) with { MayLogCodes = false }, Logger(log));

        Assert.True(await sandbox.Send(User, "+380671234567", "428571", ct));
        Assert.False(await production.Send(User, "+380671234567", "428571", ct));

        Assert.Contains($"Code of the second factor of user {User}: 428571", log.Lines.First(), StringComparison.Ordinal);
        Assert.Contains("set OTP_DELIVERY=http", log.Lines.Last(), StringComparison.Ordinal);
        Assert.DoesNotContain("428571", log.Lines.Last(), StringComparison.Ordinal);
        Assert.All(log.Lines, line => Assert.DoesNotContain("671234567", line, StringComparison.Ordinal));
    }

    private static OtpDelivery Delivery(LogLines log, Dictionary<string, string> settings) => new(Options(settings), Logger(log));

    private static SecondFactorOptions Options(Dictionary<string, string> settings) => Settings.Read(settings).SecondFactor;

    private static ILogger<OtpDelivery> Logger(LogLines log) =>
        LoggerFactory.Create(logging => logging.AddProvider(log)).CreateLogger<OtpDelivery>();
}
