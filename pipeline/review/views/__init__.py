"""What the addresses answer: thin functions that parse, call the store and render.

Each file has ``ADDRESSES``, which `review.urls` joins. Every view asks for a signed-in person
(`review.middleware.SignIn`) unless it says `login_not_required`.
"""
