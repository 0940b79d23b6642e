using Esoz.Codes;

namespace Esoz.Parties;

/// <summary>The person behind a user: user → party_users → parties (data-model §2.4).</summary>
public static class UserParty
{
    /// <summary>
    /// The party exists and has not been NOT_VERIFIED for longer than <paramref name="allowed"/> (employee-roles §2, check 1).
    /// </summary>
    public static Task<bool> MayWork(PostgresDatabase database, Guid user, TimeSpan allowed, CancellationToken ct) => database.Command($"""
        SELECT EXISTS (
          SELECT FROM party_users link
            JOIN parties party ON party.id = link.party_id
           WHERE link.user_id = $1
             AND (party.verification_status <> '{VerificationStatus.NotVerified}' OR party.verification_changed_at >= now() - $2))
        """, user, allowed).ReadValue<bool>(ct);

    /// <summary>The register of deaths has confirmed that the party is deceased (employee-roles §2, check 1a).</summary>
    public static Task<bool> IsDeceased(PostgresDatabase database, Guid user, CancellationToken ct) => database.Command($"""
        SELECT EXISTS (
          SELECT FROM party_users link
            JOIN parties party ON party.id = link.party_id
           WHERE link.user_id = $1 AND party.dracs_death_verification_status = '{DracsDeathVerificationStatus.Verified}'
             AND party.dracs_death_verification_reason
               IN ('{DracsDeathVerificationReason.ManualConfirmed}', '{DracsDeathVerificationReason.ManualDeceased}'))
        """, user).ReadValue<bool>(ct);
}
