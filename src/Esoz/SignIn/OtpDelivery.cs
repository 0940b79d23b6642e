using System.Net.Http.Headers;

namespace Esoz.SignIn;

/// <summary>
/// Sends codes to phones (sign-in §7). Neither code nor number is logged, but for the code in a sandbox without a gateway.
/// </summary>
public sealed class OtpDelivery(SecondFactorOptions options, ILogger<OtpDelivery> log) : IDisposable
{
    /// <summary>Numbers and codes go nowhere that the settings do not name.</summary>
    private readonly HttpClient _http =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>
    /// False when it was not sent. The gateway gets <c>POST {"phone_number", "body"}</c> and answers with a status of success.
    /// </summary>
    public async Task<bool> Send(Guid user, string number, string code, CancellationToken ct)
    {
        if (options.Delivery == OtpDeliveryKind.Http)
            return await Post(user, number, options.Text(code), ct);
        if (options.MayLogCodes)
            log.LogInformation("Code of the second factor of user {UserId}: {Code}", user, code);
        else
            log.LogWarning("The code of the second factor of user {UserId} was not sent: set OTP_DELIVERY=http and OTP_GATEWAY_URL", user);
        return options.MayLogCodes;
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> Post(Guid user, string number, string text, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.GatewayUrl)
        {
            Content = JsonContent.Create(new Message(number, text)),
        };
        if (options.GatewayToken.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.GatewayToken);
        try
        {
            using var response = await _http.SendAsync(request, ct);
            if (response.IsSuccessStatusCode)
                return true;
            log.LogError("The SMS gateway refused the code of user {UserId} with {Status}", user, (int)response.StatusCode);
        }
        catch (Exception fault) when (fault is HttpRequestException || (fault is OperationCanceledException && !ct.IsCancellationRequested))
        {
            log.LogError("The SMS gateway did not take the code of user {UserId}: {Fault}", user, fault.GetType().Name);
        }
        return false;
    }

    private sealed record Message(
        [property: System.Text.Json.Serialization.JsonPropertyName("phone_number")] string PhoneNumber,
        [property: System.Text.Json.Serialization.JsonPropertyName("body")] string Body);
}
