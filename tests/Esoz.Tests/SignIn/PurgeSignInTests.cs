using Esoz.Platform.Access;
using Esoz.SignIn;

namespace Esoz.Tests.SignIn;

/// <summary>What sign-ins leave behind (sign-in §16).</summary>
public sealed class PurgeSignInTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "States of pages are removed when they have ended, codes of a second factor a day later; what is in use stays")]
    public async Task Removes()
    {
        var it = await SessionCase.Of(registry);
        var token = await registry.Scalar<Guid>("SELECT id FROM tokens WHERE value_hash = $1::bpchar", SecretHash.Of(it.Form.Token!).Hex);
        foreach (var minutes in new[] { -25 * 60, -23 * 60, -1, 1 })
        {
            await registry.Execute("""
                INSERT INTO sign_in_sessions (id, cookie_hash, request, step, form_token_hash, expires_at)
                VALUES (gen_random_uuid(), $1, '{}', 'PASSWORD', $1, now() + make_interval(mins => $2))
                """, SecretHash.Of($"{minutes}").Hex, minutes);
            await registry.Execute("""
                INSERT INTO otps (id, token_id, code_hmac, expires_at, status)
                VALUES (gen_random_uuid(), $1, $2, now() + make_interval(mins => $3), 'NEW')
                """, token, SecretHash.Of($"{minutes}").Hex, minutes);
        }

        Assert.Equal(4, await new PurgeSignIn(registry.Database).Run(TestContext.Current.CancellationToken));

        Assert.Equal((1L, 3L), (await registry.Scalar<long>("SELECT count(*) FROM sign_in_sessions"),
            await registry.Scalar<long>("SELECT count(*) FROM otps")));
    }
}
